// OpenPriors
data {
  int<lower=0> N;  // rows
  vector[N] y;  // observed
  vector[N] x;  // 'x' of each row
  // numbers in the declarations
  real b_mu;
  real<lower=0> b_sigma;
  real a_mu;
  real a_at_b;
  real<lower=0> a_sigma;
  real<lower=0> y_sigma_sigma;
}
parameters {
  real a_raw;
  real<multiplier=b_sigma> b;
  real<lower=0> y_sigma;
}
transformed parameters {
  real a = a_mu - a_at_b * b + a_sigma * a_raw;
}
model {
  // a ~ Normal()
  target += std_normal_lpdf(a_raw);
  // b ~ Normal()
  target += normal_lpdf(b | b_mu, b_sigma);
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(a + b * data("x"), y_sigma), observed
  target += normal_lpdf(y | a + b * x, y_sigma);
}
