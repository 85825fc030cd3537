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
  vector<lower=0>[K_b_covariates] b_sigma;
  vector[K_log_phi_covariates] log_phi_mu;
  vector<lower=0>[K_log_phi_covariates] log_phi_sigma;
}
parameters {
  vector<multiplier=b_sigma>[K_b_covariates] b;
  vector<multiplier=log_phi_sigma>[K_log_phi_covariates] log_phi;
}
model {
  // b ~ Normal(), over b_covariates
  target += normal_lpdf(b | b_mu, b_sigma);
  // log_phi ~ Normal(), over log_phi_covariates
  target += normal_lpdf(log_phi | log_phi_mu, log_phi_sigma);
  // share ~ Beta(logit=b @ b_covariates, concentration=exp(log_phi @ log_phi_covariates)), observed as yield
  target += beta_proportion_lpdf(share | inv_logit(b_covariates * b), exp(log_phi_covariates * log_phi));
}
