// OpenCoefficients
// An open intercept beside a set of covariates.
data {
  int<lower=0> N;  // rows
  int<lower=0> K_X;  // components of X
  vector[N] y;  // observed
  matrix[N, K_X] X;  // the columns of X for each row
  // numbers in the declarations
  vector[K_X] b_mu;
  vector<lower=0>[K_X] b_sigma;
  real a_mu;
  vector[K_X] a_at_b;
  real<lower=0> a_sigma;
  real<lower=0> y_sigma_sigma;
}
parameters {
  real a_raw;
  vector<multiplier=b_sigma>[K_X] b;
  real<lower=0> y_sigma;
}
transformed parameters {
  real a = a_mu - dot_product(a_at_b, b) + a_sigma * a_raw;
}
model {
  // a ~ Normal()
  target += std_normal_lpdf(a_raw);
  // b ~ Normal(), over X
  target += normal_lpdf(b | b_mu, b_sigma);
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(a + b @ X, y_sigma), observed
  target += normal_id_glm_lpdf(y | X, a, b, y_sigma);
}
