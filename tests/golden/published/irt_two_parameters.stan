// TwoParameters
// logit Pr(right) = alpha[item] * (theta[person] - beta[item])
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
  int<lower=0> N_person;  // units of person
  int<lower=0> N_item;  // units of item
  array[N] int<lower=1, upper=N_item> item;  // the item of each row
  array[N] int<lower=1, upper=N_person> person;  // the person of each row
  array[N] int<lower=0, upper=1> right;  // observed
  real<lower=0> beta_sigma_pilot_size;  // about how large beta_sigma is
  // numbers in the declarations
  real<lower=0> theta_sigma;
  real<lower=0> alpha_sigma_sigma;
  real<lower=0> beta_sigma_sigma;
}
parameters {
  vector[N_person] theta_raw;
  real<lower=0> alpha_sigma;
  vector<lower=0>[N_item] alpha;
  real beta_sigma_soft;
  vector[N_item] beta_raw;
}
transformed parameters {
  vector[N_person] theta = theta_sigma * theta_raw;
  real beta_sigma = softened(beta_sigma_soft, beta_sigma_pilot_size);
  vector[N_item] beta = beta_sigma * beta_raw;
}
model {
  // theta ~ Normal(0, 1), over person
  target += std_normal_lpdf(theta_raw);
  // alpha_sigma ~ HalfNormal()
  target += normal_lpdf(alpha_sigma | 0, alpha_sigma_sigma) + log2();
  // alpha ~ LogNormal(0, alpha_sigma), over item
  target += lognormal_lpdf(alpha | 0, alpha_sigma);
  // beta_sigma ~ HalfNormal()
  target += normal_lpdf(beta_sigma | 0, beta_sigma_sigma) + log2();
  target += log_slope_softened(beta_sigma_soft, beta_sigma_pilot_size);
  // beta ~ Normal(0, beta_sigma), over item
  target += std_normal_lpdf(beta_raw);
  // right ~ Bernoulli(logit=alpha * (theta - beta)), observed
  target += bernoulli_logit_lpmf(right | alpha[item] .* (theta[person] - beta[item]));
}
