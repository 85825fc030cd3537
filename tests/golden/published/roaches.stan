// Roaches
// y ~ roach1 + treatment + senior, offset = log(exposure2), neg_binomial_2
data {
  int<lower=0> N;  // rows
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=0> y;  // observed
  vector[N] exposure2;  // 'exposure2' of each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> y_shape_alpha;
  real<lower=0> y_shape_beta;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> y_shape;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // y_shape ~ Gamma(alpha=2)
  target += gamma_lpdf(y_shape | y_shape_alpha, y_shape_beta);
  // y ~ NegBinomial(log=b @ b_covariates + log(data("exposure2")), shape=y_shape), observed
  target += neg_binomial_2_log_glm_lpmf(y | b_covariates, log(exposure2), b, y_shape);
}
