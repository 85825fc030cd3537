// Gasoline
// yield ~ temp + batch | pressure, beta
data {
  int<lower=0> N;  // rows
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_log_phi_covariates;  // components of log_phi_covariates
  vector<lower=0, upper=1>[N] share;  // observed as 'yield'
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  matrix[N, K_log_phi_covariates] log_phi_covariates;  // the columns of log_phi_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  vector[K_log_phi_covariates] log_phi_mu;
  vector[K_log_phi_covariates] log_phi_first;
  vector[K_log_phi_covariates] log_phi_at_log_phi;
  vector<lower=0>[K_log_phi_covariates] log_phi_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  vector[K_log_phi_covariates] log_phi_raw;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[K_log_phi_covariates] log_phi = log_phi_mu + log_phi_sigma .* log_phi_raw;
  log_phi = log_phi - log_phi_first * dot_product(log_phi_at_log_phi, log_phi);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // log_phi ~ Normal(), over log_phi_covariates
  target += std_normal_lpdf(log_phi_raw);
  // share ~ Beta(logit=b @ b_covariates, concentration=exp(log_phi @ log_phi_covariates)), observed as yield
  target += beta_proportion_lpdf(share | inv_logit(b_covariates * b), exp(log_phi_covariates * log_phi));
}
