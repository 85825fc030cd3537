// Roaches
// y ~ roach1 + treatment + senior, offset = log(exposure2), neg_binomial_2
data {
  int<lower=0> N;  // rows
  int<lower=0> K_X;  // components of X
  array[N] int<lower=0> y;  // observed
  vector[N] exposure2;  // 'exposure2' of each row
  matrix[N, K_X] X;  // the columns of X for each row
  // numbers in the declarations
  vector[K_X] b_mu;
  vector<lower=0>[K_X] b_sigma;
  real mean_mu;
  vector[K_X] mean_at_b;
  real<lower=0> mean_sigma;
  real<lower=0> y_shape_alpha;
  real<lower=0> y_shape_beta;
}
parameters {
  real mean_raw;
  vector<multiplier=b_sigma>[K_X] b;
  real<lower=0> y_shape;
}
transformed parameters {
  real mean = mean_mu - dot_product(mean_at_b, b) + mean_sigma * mean_raw;
}
model {
  // mean ~ Normal()
  target += std_normal_lpdf(mean_raw);
  // b ~ Normal(), over X
  target += normal_lpdf(b | b_mu, b_sigma);
  // y_shape ~ Gamma(alpha=2)
  target += gamma_lpdf(y_shape | y_shape_alpha, y_shape_beta);
  // y ~ NegBinomial(log=mean + b @ X + log(data("exposure2")), shape=y_shape), observed
  target += neg_binomial_2_log_glm_lpmf(y | X, mean + log(exposure2), b, y_shape);
}
