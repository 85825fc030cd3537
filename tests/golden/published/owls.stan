// Owls
// calls ~ food * sex + offset(log(brood)) + (1 | nest), zi ~ 1, negbin
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
  // 0 by a chance of its own, else a count of a distribution, which may be 0 as well.
  real zero_inflated_neg_binomial_2_log_lpmf(int y, real mu, real shape, real zero) {
    real own = log1m(zero) + neg_binomial_2_log_lpmf(y | mu, shape);
    return y == 0 ? log_sum_exp(log(zero), own) : own;
  }

}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_nest;  // units of nest
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=1, upper=N_nest> nest;  // the nest of each row
  array[N] int<lower=0> calls;  // observed
  vector[N] brood_2;  // 'brood' of each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  real<lower=0> u_sigma_pilot_size;  // about how large u_sigma is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> u_sigma_sigma;
  real<lower=0> calls_shape_alpha;
  real<lower=0> calls_shape_beta;
  real<lower=0> calls_zero_alpha;
  real<lower=0> calls_zero_beta;
}
transformed data {
  vector[N] brood = brood_2;  // brood = data("brood")
}
parameters {
  vector[K_b_covariates] b_raw;
  real u_sigma_soft;
  vector[N_nest] u_raw;
  real<lower=0> calls_shape;
  real<lower=0, upper=1> calls_zero;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  real u_sigma = softened(u_sigma_soft, u_sigma_pilot_size);
  vector[N_nest] u = u_sigma * u_raw;
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // u_sigma ~ HalfNormal()
  target += normal_lpdf(u_sigma | 0, u_sigma_sigma) + log2();
  target += log_slope_softened(u_sigma_soft, u_sigma_pilot_size);
  // u ~ Normal(0, u_sigma), over nest
  target += std_normal_lpdf(u_raw);
  // calls_shape ~ Gamma(alpha=2)
  target += gamma_lpdf(calls_shape | calls_shape_alpha, calls_shape_beta);
  // calls_zero ~ Beta(1, 1)
  target += beta_lpdf(calls_zero | calls_zero_alpha, calls_zero_beta);
  // calls ~ ZeroInflated(NegBinomial(log=b @ b_covariates + u + log(brood), shape=calls_shape), calls_zero), observed
  {
    vector[N] calls_log = b_covariates * b + u[nest] + log(brood);
    for (n in 1:N) {
      target += zero_inflated_neg_binomial_2_log_lpmf(calls[n] | calls_log[n], calls_shape, calls_zero);
    }
  }
}
