// WeibullSurvival
// time, censored ~ weibull(alpha, exp(b0 + b1 * metastized))
functions {
  // What is known of a row: its value (status 0), that it is more (1), or at most that (2).
  real censored_weibull_lpdf(real y, real alpha, real sigma, int status) {
    if (status == 1) {
      return weibull_lccdf(y | alpha, sigma);
    }
    if (status == 2) {
      return weibull_lcdf(y | alpha, sigma);
    }
    return weibull_lpdf(y | alpha, sigma);
  }

}
data {
  int<lower=0> N;  // rows
  int<lower=0> K_b_covariates;  // components of b_covariates
  vector<lower=0>[N] time;  // observed
  array[N] int<lower=0> censoring_alive;  // 'censoring(alive)' of each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> time_alpha_alpha;
  real<lower=0> time_alpha_beta;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> time_alpha;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // time_alpha ~ Gamma(2, 1)
  target += gamma_lpdf(time_alpha | time_alpha_alpha, time_alpha_beta);
  // time ~ Weibull(alpha=time_alpha, log=b @ b_covariates, censored="alive"), observed
  {
    vector[N] time_argument_2 = exp(b_covariates * b);
    for (n in 1:N) {
      target += censored_weibull_lpdf(time[n] | time_alpha, time_argument_2[n], censoring_alive[n]);
    }
  }
}
