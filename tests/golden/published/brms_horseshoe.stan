// Horseshoe
// y ~ ., b ~ normal(0, lambda * tau), lambda ~ half_cauchy(0, 1)
data {
  int<lower=0> N;  // rows
  int<lower=0> K_X;  // components of X
  vector[N] y;  // observed
  matrix[N, K_X] X;  // the columns of X for each row
  // numbers in the declarations
  real<lower=0> shrink_sigma;
  real<lower=0> tau_sigma;
  real a_mu;
  vector[K_X] a_at_b;
  real<lower=0> a_sigma;
  real<lower=0> y_sigma_sigma;
}
parameters {
  real a_raw;
  real<lower=0> tau;
  vector<lower=0>[K_X] shrink;
  vector[K_X] b_raw;
  real<lower=0> y_sigma;
}
transformed parameters {
  vector[K_X] b = (shrink * tau) .* b_raw;
  real a = a_mu - dot_product(a_at_b, b) + a_sigma * a_raw;
}
model {
  // a ~ Normal()
  target += std_normal_lpdf(a_raw);
  // tau ~ HalfCauchy(1)
  target += cauchy_lpdf(tau | 0, tau_sigma) + log2();
  // shrink ~ HalfCauchy(1), over X
  target += cauchy_lpdf(shrink | 0, shrink_sigma) + num_elements(shrink) * log2();
  // b ~ Normal(0, shrink * tau), over X
  target += std_normal_lpdf(b_raw);
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(a + b @ X, y_sigma), observed
  target += normal_id_glm_lpdf(y | X, a, b, y_sigma);
}
