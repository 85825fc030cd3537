// Sleepstudy
// A line per subject; intercepts and slopes may be correlated.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_subject;  // units of subject
  int<lower=0> K_B_covariates;  // components of B_covariates
  int<lower=0> K_B_corr;  // components of B_corr
  array[N] int<lower=1, upper=N_subject> subject;  // the subject of each row
  vector[N] reaction;  // observed
  matrix[N, K_B_covariates] B_covariates;  // the columns of B_covariates for each row
  // numbers in the declarations
  vector[K_B_covariates] B_mean_mu;
  vector[K_B_covariates] B_mean_first;
  vector[K_B_covariates] B_mean_at_B_mean;
  vector<lower=0>[K_B_covariates] B_mean_sigma;
  vector<lower=0>[K_B_covariates] B_sd_sigma;
  real<lower=0> B_corr_eta;
  real<lower=0> reaction_sigma_sigma;
}
parameters {
  vector[K_B_covariates] B_mean_raw;
  vector<lower=0>[K_B_covariates] B_sd;
  cholesky_factor_corr[K_B_corr] B_corr_cholesky;
  matrix<multiplier=rep_vector(1, N_subject) * B_sd_sigma'>[N_subject, K_B_covariates] B;
  real<lower=0> reaction_sigma;
}
transformed parameters {
  vector[K_B_covariates] B_mean = B_mean_mu + B_mean_sigma .* B_mean_raw;
  B_mean = B_mean - B_mean_first * dot_product(B_mean_at_B_mean, B_mean);
}
model {
  // B_mean ~ Normal(), over B_covariates
  target += std_normal_lpdf(B_mean_raw);
  // B_sd ~ HalfNormal(), over B_covariates
  target += normal_lpdf(B_sd | 0, B_sd_sigma) + num_elements(B_sd) * log2();
  // B_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(B_corr_cholesky | B_corr_eta);
  // B ~ MultiNormal(B_mean, B_sd, B_corr), over subject, B_covariates
  {
    array[N_subject] vector[K_B_covariates] B_vectors;
    for (n in 1:N_subject) {
      B_vectors[n] = B[n]';
    }
    target += multi_normal_cholesky_lpdf(B_vectors | B_mean, diag_pre_multiply(B_sd, B_corr_cholesky));
  }
  // reaction_sigma ~ HalfNormal()
  target += normal_lpdf(reaction_sigma | 0, reaction_sigma_sigma) + log2();
  // reaction ~ Normal(B @ B_covariates, reaction_sigma), observed
  target += normal_lpdf(reaction | rows_dot_product(B[subject], B_covariates), reaction_sigma);
}
generated quantities {
  matrix[K_B_corr, K_B_corr] B_corr = multiply_lower_tri_self_transpose(B_corr_cholesky);
}
