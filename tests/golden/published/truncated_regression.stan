// Truncated
// y ~ Truncated(Normal(m * x + c, sigma), lower=-5, upper=5)
functions {
  // The log of what of a distribution lies between its bounds.
  real between_normal_log_mass(real mu, real sigma, real low, real high) {
    real below = normal_lcdf(low | mu, sigma);
    if (below > log(0.5)) {
      return log_diff_exp(normal_lccdf(low | mu, sigma), normal_lccdf(high | mu, sigma));
    }
    return log_diff_exp(normal_lcdf(high | mu, sigma), below);
  }
  // A distribution between bounds.
  real between_normal_lpdf(real y, real mu, real sigma, real low, real high) {
    if (y < low) {
      return negative_infinity();
    }
    if (y > high) {
      return negative_infinity();
    }
    return normal_lpdf(y | mu, sigma)
           - between_normal_log_mass(mu, sigma, low, high);
  }

}
data {
  int<lower=0> N;  // rows
  int<lower=0> K_b_covariates;  // components of b_covariates
  vector[N] y;  // observed
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> y_sigma_sigma;
  real y_lower;
  real y_upper;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> y_sigma;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(b @ b_covariates, y_sigma, lower=-5, upper=5), observed
  {
    vector[N] y_mu = b_covariates * b;
    for (n in 1:N) {
      target += between_normal_lpdf(y[n] | y_mu[n], y_sigma, y_lower, y_upper);
    }
  }
}
