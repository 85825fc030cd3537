// Fish
// count ~ persons + child + camper, zi ~ child, zero_inflated_poisson
functions {
  // 0 by a chance of its own, else a count of a distribution, which may be 0 as well.
  real zero_inflated_poisson_log_zero_logit_lpmf(int y, real mu, real zero) {
    real own = log1m_inv_logit(zero) + poisson_log_lpmf(y | mu);
    return y == 0 ? log_sum_exp(log_inv_logit(zero), own) : own;
  }

}
data {
  int<lower=0> N;  // rows
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_z_covariates;  // components of z_covariates
  array[N] int<lower=0> count;  // observed
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  matrix[N, K_z_covariates] z_covariates;  // the columns of z_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  vector[K_z_covariates] z_mu;
  vector[K_z_covariates] z_first;
  vector[K_z_covariates] z_at_z;
  vector<lower=0>[K_z_covariates] z_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  vector[K_z_covariates] z_raw;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[K_z_covariates] z = z_mu + z_sigma .* z_raw;
  z = z - z_first * dot_product(z_at_z, z);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // z ~ Normal(), over z_covariates
  target += std_normal_lpdf(z_raw);
  // count ~ ZeroInflated(Poisson(log=b @ b_covariates), logit=z @ z_covariates), observed
  {
    vector[N] count_log = b_covariates * b;
    vector[N] count_zero_logit = z_covariates * z;
    for (n in 1:N) {
      target += zero_inflated_poisson_log_zero_logit_lpmf(count[n] | count_log[n], count_zero_logit[n]);
    }
  }
}
