// Iris
// species ~ sepal_length + sepal_width + petal_length + petal_width, categorical
data {
  int<lower=0> N;  // rows
  int<lower=0> K_X;  // components of X
  array[N] int<lower=1> species;  // observed
  matrix[N, K_X] X;  // the columns of X for each row
  // numbers in the declarations
  vector[K_X] b_mu;
  vector<lower=0>[K_X] b_sigma;
  vector[K_X] c_mu;
  vector<lower=0>[K_X] c_sigma;
}
parameters {
  vector<multiplier=b_sigma>[K_X] b;
  vector<multiplier=c_sigma>[K_X] c;
}
model {
  // b ~ Normal(), over X
  target += normal_lpdf(b | b_mu, b_sigma);
  // c ~ Normal(), over X
  target += normal_lpdf(c | c_mu, c_sigma);
  // species ~ Categorical(logit=[0, b @ X, c @ X]), observed
  target += categorical_logit_glm_lpmf(species | X, [0, 0, 0]', append_col(append_col(rep_vector(0, K_X), b), c));
}
