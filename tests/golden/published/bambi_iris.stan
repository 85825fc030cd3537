// Iris
// species ~ sepal_length + sepal_width + petal_length + petal_width, categorical
data {
  int<lower=0> N;  // rows
  int<lower=0> K_X;  // components of X
  array[N] int<lower=1> species;  // observed
  matrix[N, K_X] X;  // the columns of X for each row
  // numbers in the declarations
  vector[K_X] b_mu;
  vector[K_X] b_first;
  vector[K_X] b_at_b;
  vector<lower=0>[K_X] b_sigma;
  vector[K_X] c_mu;
  vector[K_X] c_first;
  vector[K_X] c_at_c;
  vector<lower=0>[K_X] c_sigma;
}
parameters {
  vector[K_X] b_raw;
  vector[K_X] c_raw;
}
transformed parameters {
  vector[K_X] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[K_X] c = c_mu + c_sigma .* c_raw;
  c = c - c_first * dot_product(c_at_c, c);
}
model {
  // b ~ Normal(), over X
  target += std_normal_lpdf(b_raw);
  // c ~ Normal(), over X
  target += std_normal_lpdf(c_raw);
  // species ~ Categorical(logit=[0, b @ X, c @ X]), observed
  target += categorical_logit_glm_lpmf(species | X, [0, 0, 0]', append_col(append_col(rep_vector(0, K_X), b), c));
}
