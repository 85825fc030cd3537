// OutcomeOfALevel
// An outcome that lives at a level, beside one at the rows.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  vector[N_school] size;  // observed
  vector[N] y;  // observed
  // numbers in the declarations
  real<lower=0> a_sigma;
  real<lower=0> size_sigma;
  real<lower=0> y_sigma;
}
parameters {
  vector[N_school] a;
}
model {
  // a ~ Normal(0, 1), over school
  target += normal_lpdf(a | 0, a_sigma);
  // size ~ Normal(a, 3), over school, observed
  target += normal_lpdf(size | a, size_sigma);
  // y ~ Normal(a, 1), observed
  target += normal_lpdf(y | a[school], y_sigma);
}
