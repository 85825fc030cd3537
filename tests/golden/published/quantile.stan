// Quantile
// bmi ~ age + age^2, asymmetric Laplace, quantile 0.9
data {
  int<lower=0> N;  // rows
  int<lower=0> K_b_covariates;  // components of b_covariates
  vector[N] bmi;  // observed
  vector[N] age_2;  // 'age' of each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> bmi_sigma_sigma;
  real<lower=0, upper=1> bmi_quantile;
}
transformed data {
  vector[N] age = age_2;  // age = data("age")
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> bmi_sigma;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // bmi_sigma ~ HalfNormal()
  target += normal_lpdf(bmi_sigma | 0, bmi_sigma_sigma) + log2();
  // bmi ~ AsymmetricLaplace(b @ b_covariates, bmi_sigma, 0.9), observed
  target += skew_double_exponential_lpdf(bmi | b_covariates * b, 2 * bmi_sigma, bmi_quantile);
}
