// Blossoms
// doy ~ bs(year)
data {
  int<lower=0> N;  // rows
  int<lower=0> K_b_covariates;  // components of b_covariates
  vector[N] doy;  // observed
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> doy_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> doy_sigma;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // doy_sigma ~ HalfNormal()
  target += normal_lpdf(doy_sigma | 0, doy_sigma_sigma) + log2();
  // doy ~ Normal(b @ b_covariates, doy_sigma), observed
  target += normal_id_glm_lpdf(doy | b_covariates, 0, b, doy_sigma);
}
