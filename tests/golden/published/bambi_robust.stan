// Robust
// y ~ x, family t
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
  real<lower=0> y_nu_alpha;
  real<lower=0> y_nu_beta;
  real<lower=0> y_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> y_nu;
  real<lower=0> y_sigma;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // y_nu ~ Gamma(2, 0.1)
  target += gamma_lpdf(y_nu | y_nu_alpha, y_nu_beta);
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ StudentT(y_nu, b @ b_covariates, y_sigma), observed
  target += student_t_lpdf(y | y_nu, b_covariates * b, y_sigma);
}
