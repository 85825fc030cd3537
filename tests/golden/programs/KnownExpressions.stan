// KnownExpressions
// Named expressions of columns and constants alone go to the transformed data.
data {
  int<lower=0> N;  // rows
  vector[N] y;  // observed
  vector[N] x;  // 'x' of each row
  // numbers in the declarations
  real scale;
  real<lower=0> b_sigma;
}
transformed data {
  real half = scale / 2.0;  // half = scale / 2
  vector[N] centred = x - half;  // centred = data("x") - half
}
parameters {
  real b;
}
model {
  // b ~ Normal(0, 1)
  target += normal_lpdf(b | 0, b_sigma);
  vector[N] mean = b * centred;  // mean = b * centred
  // y ~ Normal(mean, half), observed
  target += normal_lpdf(y | mean, half);
}
