// Growth
// y ~ b1 * exp(b2 * x), b1 + b2 ~ 1
data {
  int<lower=0> N;  // rows
  vector[N] y;  // observed
  vector[N] x;  // 'x' of each row
  // numbers in the declarations
  real b1_mu;
  real<lower=0> b1_sigma;
  real<lower=0> b2_sigma;
  real<lower=0> y_sigma_sigma;
}
parameters {
  real b1;
  real b2;
  real<lower=0> y_sigma;
}
model {
  // b1 ~ Normal(1, 2)
  target += normal_lpdf(b1 | b1_mu, b1_sigma);
  // b2 ~ Normal(0, 2)
  target += normal_lpdf(b2 | 0, b2_sigma);
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(b1 * exp(b2 * data("x")), y_sigma), observed
  target += normal_lpdf(y | b1 * exp(b2 * x), y_sigma);
}
