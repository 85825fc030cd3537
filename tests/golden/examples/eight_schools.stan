// EightSchools
// Effects of coaching, each estimated with a known standard error.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  vector[N] estimate;  // observed
  vector[N] se;  // 'se' of each row
  // numbers in the declarations
  real<lower=0> mean_sigma;
  real<lower=0> spread_sigma;
}
parameters {
  real mean;
  real<lower=0> spread;
  vector[N_school] effect_raw;
}
transformed parameters {
  vector[N_school] effect = mean + spread * effect_raw;
}
model {
  // mean ~ Normal(0, 5)
  target += normal_lpdf(mean | 0, mean_sigma);
  // spread ~ HalfCauchy(5)
  target += cauchy_lpdf(spread | 0, spread_sigma) + log2();
  // effect ~ Normal(mean, spread), over school
  target += std_normal_lpdf(effect_raw);
  // estimate ~ Normal(effect, data("se")), observed
  target += normal_lpdf(estimate | effect[school], se);
}
