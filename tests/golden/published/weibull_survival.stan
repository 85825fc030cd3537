// WeibullSurvival
// time, censored ~ weibull(alpha, exp(b0 + b1 * metastized))
// whoever is alive at the end has the probability of that: exp(-(time / scale)^alpha)
data {
  int<lower=0> N;  // rows
  int<lower=0> K_b_covariates;  // components of b_covariates
  vector<lower=0>[N] death;  // observed as 'time'
  array[N] int<lower=0, upper=1> alive;  // observed
  vector<lower=0>[N] death_weights;  // frequency weights of death
  vector<lower=0>[N] alive_weights;  // frequency weights of alive
  vector[N] time;  // 'time' of each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  // numbers in the declarations
  real<lower=0> alpha_alpha;
  real<lower=0> alpha_beta;
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
}
parameters {
  real<lower=0> alpha;
  vector[K_b_covariates] b_raw;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
}
model {
  // alpha ~ Gamma(2, 1)
  target += gamma_lpdf(alpha | alpha_alpha, alpha_beta);
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  vector[N] scale = exp(b_covariates * b);  // scale = exp(b @ b_covariates)
  vector[N] survival = exp(-(time ./ scale) .^ alpha);  // survival = exp(-(data("time") / scale) ** alpha)
  // death ~ Weibull(alpha, scale), observed as time, weights died
  for (n in 1:N) {
    target += death_weights[n] * weibull_lpdf(death[n] | alpha, scale[n]);
  }
  // alive ~ Bernoulli(survival), observed, weights alive
  for (n in 1:N) {
    target += alive_weights[n] * bernoulli_lpmf(alive[n] | survival[n]);
  }
}
