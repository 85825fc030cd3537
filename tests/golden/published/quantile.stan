// Quantile
// bmi ~ age + age^2, asymmetric Laplace, quantile 0.9
// as a normal distribution with exponential mean and variance (Kozumi, Kobayashi 2011)
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
  real<lower=0> s_sigma;
  real<lower=0> e_beta;
}
transformed data {
  vector[N] age = age_2;  // age = data("age")
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> s;
  vector<lower=0>[N] e;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // s ~ HalfNormal()
  target += normal_lpdf(s | 0, s_sigma) + log2();
  // e ~ Exponential(1), over rows
  target += exponential_lpdf(e | e_beta);
  // bmi ~ Normal(b @ b_covariates - s * 8.889 * e, s * sqrt(22.222 * e)), observed
  target += normal_lpdf(bmi | b_covariates * b - s * 8.889 * e, s * sqrt(22.222 * e));
}
