// Absences
// daysabs ~ 0 + prog + prog:scale(math), negative binomial
data {
  int<lower=0> N;  // rows
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=0> daysabs;  // observed
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> daysabs_shape_alpha;
  real<lower=0> daysabs_shape_beta;
}
parameters {
  vector<multiplier=b_sigma>[K_b_covariates] b;
  real<lower=0> daysabs_shape;
}
model {
  // b ~ Normal(), over b_covariates
  target += normal_lpdf(b | b_mu, b_sigma);
  // daysabs_shape ~ Gamma(alpha=2)
  target += gamma_lpdf(daysabs_shape | daysabs_shape_alpha, daysabs_shape_beta);
  // daysabs ~ NegBinomial(log=b @ b_covariates, shape=daysabs_shape), observed
  target += neg_binomial_2_log_glm_lpmf(daysabs | b_covariates, 0, b, daysabs_shape);
}
