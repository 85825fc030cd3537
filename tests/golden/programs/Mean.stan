// Mean
// One mean, one standard deviation.
data {
  int<lower=0> N;  // rows
  vector[N] y;  // observed
  // numbers in the declarations
  real<lower=0> mu_sigma;
  real<lower=0> sigma_sigma;
}
parameters {
  real mu;
  real<lower=0> sigma;
}
model {
  // mu ~ Normal(0, 10)
  target += normal_lpdf(mu | 0, mu_sigma);
  // sigma ~ HalfNormal(5)
  target += normal_lpdf(sigma | 0, sigma_sigma) + log2();
  // y ~ Normal(mu, sigma), observed
  target += normal_lpdf(y | mu, sigma);
}
