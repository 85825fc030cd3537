// Censored
// y ~ Censored(Normal(m * x + c, sigma), lower=-5, upper=5)
functions {
  // What is known of a row: its value (status 0), that it is more (1), or at most that (2).
  real censored_normal_lpdf(real y, real mu, real sigma, int status) {
    if (status == 1) {
      return normal_lccdf(y | mu, sigma);
    }
    if (status == 2) {
      return normal_lcdf(y | mu, sigma);
    }
    return normal_lpdf(y | mu, sigma);
  }

}
data {
  int<lower=0> N;  // rows
  int<lower=0> K_b_covariates;  // components of b_covariates
  vector[N] y;  // observed
  array[N] int<lower=0> censoring_status;  // 'censoring(status)' of each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> y_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> y_sigma;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(b @ b_covariates, y_sigma, censored="status"), observed
  {
    vector[N] y_mu = b_covariates * b;
    for (n in 1:N) {
      target += censored_normal_lpdf(y[n] | y_mu[n], y_sigma, censoring_status[n]);
    }
  }
}
