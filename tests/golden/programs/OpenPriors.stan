// OpenPriors
data {
  int<lower=0> N;  // rows
  vector[N] y;  // observed
  vector[N] x;  // 'x' of each row
  real a_mu;  // mu of a
  real<lower=0> a_sigma;  // sigma of a
  real b_mu;  // mu of b
  real<lower=0> b_sigma;  // sigma of b
  real<lower=0> y_sigma_sigma;  // sigma of y_sigma
}
parameters {
  real a;
  real b;
  real<lower=0> y_sigma;
}
model {
  // a ~ Normal()
  target += normal_lpdf(a | a_mu, a_sigma);
  // b ~ Normal()
  target += normal_lpdf(b | b_mu, b_sigma);
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(a + b * data("x"), y_sigma), observed
  target += normal_lpdf(y | a + b * x, y_sigma);
}
