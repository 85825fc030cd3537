// Blossoms
// doy ~ bs(year)
data {
  int<lower=0> N;  // rows
  int<lower=0> K_w_covariates;  // components of w_covariates
  vector[N] doy;  // observed
  matrix[N, K_w_covariates] w_covariates;  // the columns of w_covariates for each row
  // numbers in the declarations
  vector[K_w_covariates] w_mu;
  vector<lower=0>[K_w_covariates] w_sigma;
  real<lower=0> doy_sigma_sigma;
}
parameters {
  vector<multiplier=w_sigma>[K_w_covariates] w;
  real<lower=0> doy_sigma;
}
model {
  // w ~ Normal(), over w_covariates
  target += normal_lpdf(w | w_mu, w_sigma);
  // doy_sigma ~ HalfNormal()
  target += normal_lpdf(doy_sigma | 0, doy_sigma_sigma) + log2();
  // doy ~ Normal(w @ w_covariates, doy_sigma), observed
  target += normal_id_glm_lpdf(doy | w_covariates, 0, w, doy_sigma);
}
