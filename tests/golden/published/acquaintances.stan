// Acquaintances
// y_ik ~ negbin(exp(alpha_i + beta_k), overdispersion omega_k)
functions {
  // A positive number from z: `typical` times exp(z / 2) Phi(z). Above the typical size its logarithm grows
  // with z; towards 0 it falls as the square of z, so that a density which does not vanish at 0 has no long tail.
  real softened(real z, real typical) {
    return typical * exp(0.5 * z) * (0.5 * erfc(-sqrt(0.5) * z));
  }
  vector softened(vector z, vector typical) {
    return typical .* exp(0.5 * z) .* (0.5 * erfc(-sqrt(0.5) * z));
  }
  // The log of the derivative of `softened` by z, summed: what a density of positive numbers is multiplied by.
  real log_slope_softened(real z, real typical) {
    real density = exp(-0.5 * square(z)) / sqrt(2 * pi());
    return log(typical) + 0.5 * z + log(0.25 * erfc(-sqrt(0.5) * z) + density);
  }
  real log_slope_softened(vector z, vector typical) {
    vector[num_elements(z)] density = exp(-0.5 * square(z)) / sqrt(2 * pi());
    return sum(log(typical) + 0.5 * z + log(0.25 * erfc(-sqrt(0.5) * z) + density));
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_name;  // units of name
  int<lower=0> N_respondent;  // units of respondent
  array[N] int<lower=1, upper=N_respondent> respondent;  // the respondent of each row
  array[N] int<lower=1, upper=N_name> name;  // the name of each row
  array[N] int<lower=0> y;  // observed
  real<lower=0> beta_sigma_pilot_size;  // about how large beta_sigma is
  // numbers in the declarations
  real mean_mu;
  real<lower=0> mean_sigma;
  real inverse_omega_alpha;
  real inverse_omega_beta;
  real<lower=0> alpha_sigma_sigma;
  real<lower=0> beta_sigma_sigma;
}
parameters {
  real<multiplier=mean_sigma> mean;
  vector<lower=inverse_omega_alpha, upper=inverse_omega_beta>[N_name] inverse_omega;
  real<lower=0> alpha_sigma;
  vector[N_respondent] alpha_raw;
  real beta_sigma_soft;
  vector[N_name] beta_raw;
}
transformed parameters {
  vector[N_respondent] alpha = mean + alpha_sigma * alpha_raw;
  real beta_sigma = softened(beta_sigma_soft, beta_sigma_pilot_size);
  vector[N_name] beta = beta_sigma * beta_raw;
}
model {
  // mean ~ Normal()
  target += normal_lpdf(mean | mean_mu, mean_sigma);
  // inverse_omega ~ Uniform(0, 1), over name
  target += uniform_lpdf(inverse_omega | inverse_omega_alpha, inverse_omega_beta);
  // alpha_sigma ~ HalfNormal()
  target += normal_lpdf(alpha_sigma | 0, alpha_sigma_sigma) + log2();
  // alpha ~ Normal(mean, alpha_sigma), over respondent
  target += std_normal_lpdf(alpha_raw);
  // beta_sigma ~ HalfNormal()
  target += normal_lpdf(beta_sigma | 0, beta_sigma_sigma) + log2();
  target += log_slope_softened(beta_sigma_soft, beta_sigma_pilot_size);
  // beta ~ Normal(0, beta_sigma), over name
  target += std_normal_lpdf(beta_raw);
  vector[N] mu = exp(alpha[respondent] + beta[name]);  // mu = exp(alpha + beta)
  // y ~ NegBinomial(mu, mu / (1 / inverse_omega - 1)), observed
  target += neg_binomial_2_lpmf(y | mu, mu ./ (1.0 ./ inverse_omega[name] - 1));
}
