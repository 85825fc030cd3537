// Symptoms
// symptom_post ~ group, sigma ~ group
data {
  int<lower=0> N;  // rows
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_log_sd_covariates;  // components of log_sd_covariates
  vector[N] symptom;  // observed as 'symptom_post'
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  matrix[N, K_log_sd_covariates] log_sd_covariates;  // the columns of log_sd_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  vector[K_log_sd_covariates] log_sd_mu;
  vector[K_log_sd_covariates] log_sd_first;
  vector[K_log_sd_covariates] log_sd_at_log_sd;
  vector<lower=0>[K_log_sd_covariates] log_sd_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  vector[K_log_sd_covariates] log_sd_raw;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[K_log_sd_covariates] log_sd = log_sd_mu + log_sd_sigma .* log_sd_raw;
  log_sd = log_sd - log_sd_first * dot_product(log_sd_at_log_sd, log_sd);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // log_sd ~ Normal(), over log_sd_covariates
  target += std_normal_lpdf(log_sd_raw);
  // symptom ~ Normal(b @ b_covariates, exp(log_sd @ log_sd_covariates)), observed as symptom_post
  target += normal_lpdf(symptom | b_covariates * b, exp(log_sd_covariates * log_sd));
}
