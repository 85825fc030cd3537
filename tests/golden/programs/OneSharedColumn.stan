// OneSharedColumn
// Categories whose log odds share one column.
data {
  int<lower=0> N;  // rows
  array[N] int<lower=1> choice;  // observed
  vector[N] x;  // 'x' of each row
  // numbers in the declarations
  real<lower=0> a_sigma;
  real<lower=0> b_sigma;
  real<lower=0> c_sigma;
}
transformed data {
  matrix[N, 1] choice_columns = to_matrix(x, N, 1);
}
parameters {
  real a;
  real b;
  real c;
}
model {
  // a ~ Normal(0, 1)
  target += normal_lpdf(a | 0, a_sigma);
  // b ~ Normal(0, 1)
  target += normal_lpdf(b | 0, b_sigma);
  // c ~ Normal(0, 1)
  target += normal_lpdf(c | 0, c_sigma);
  // choice ~ Categorical(logit=[0, a + b * data("x"), c * data("x")]), observed
  target += categorical_logit_glm_lpmf(choice | choice_columns, [0, a, 0]', [[0, b, c]]);
}
