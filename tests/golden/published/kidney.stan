// Kidney
// time | cens(censored) ~ age * sex + disease + (1 + age | patient), lognormal
functions {
  // What is known of a row: its value (status 0), that it is more (1), or at most that (2).
  real censored_lognormal_lpdf(real y, real mu, real sigma, int status) {
    if (status == 1) {
      return lognormal_lccdf(y | mu, sigma);
    }
    if (status == 2) {
      return lognormal_lcdf(y | mu, sigma);
    }
    return lognormal_lpdf(y | mu, sigma);
  }

}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_patient;  // units of patient
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_B_covariates;  // components of B_covariates
  int<lower=0> K_B_corr;  // components of B_corr
  array[N] int<lower=1, upper=N_patient> patient;  // the patient of each row
  vector<lower=0>[N] time;  // observed
  vector[N] age_2;  // 'age' of each row
  array[N] int<lower=0> censoring_censored;  // 'censoring(censored)' of each row
  matrix[N, K_B_covariates] B_covariates;  // the columns of B_covariates for each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector<lower=0>[K_b_covariates] b_sigma;
  vector[K_B_covariates] B_mean_mu;
  vector[K_B_covariates] B_mean_first;
  vector[K_B_covariates] B_mean_at_B_mean;
  vector[K_b_covariates] B_mean_at_b;
  vector<lower=0>[K_B_covariates] B_mean_sigma;
  vector<lower=0>[K_B_covariates] B_sd_sigma;
  real<lower=0> B_corr_eta;
  real<lower=0> time_sigma_sigma;
}
transformed data {
  vector[N] age = age_2;  // age = data("age")
}
parameters {
  vector<multiplier=b_sigma>[K_b_covariates] b;
  vector[K_B_covariates] B_mean_raw;
  vector<lower=0>[K_B_covariates] B_sd;
  cholesky_factor_corr[K_B_corr] B_corr_cholesky;
  matrix[K_B_covariates, N_patient] B_raw;
  real<lower=0> time_sigma;
}
transformed parameters {
  vector[K_B_covariates] B_mean = B_mean_mu + B_mean_sigma .* B_mean_raw;
  B_mean = B_mean - B_mean_first * (dot_product(B_mean_at_B_mean, B_mean) + dot_product(B_mean_at_b, b));
  matrix[N_patient, K_B_covariates] B = rep_matrix(B_mean', N_patient) + (diag_pre_multiply(B_sd, B_corr_cholesky) * B_raw)';
}
model {
  // b ~ Normal(), over b_covariates
  target += normal_lpdf(b | b_mu, b_sigma);
  // B_mean ~ Normal(), over B_covariates
  target += std_normal_lpdf(B_mean_raw);
  // B_sd ~ HalfNormal(), over B_covariates
  target += normal_lpdf(B_sd | 0, B_sd_sigma) + num_elements(B_sd) * log2();
  // B_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(B_corr_cholesky | B_corr_eta);
  // B ~ MultiNormal(B_mean, B_sd, B_corr), over patient, B_covariates
  target += std_normal_lpdf(to_vector(B_raw));
  // time_sigma ~ HalfNormal()
  target += normal_lpdf(time_sigma | 0, time_sigma_sigma) + log2();
  // time ~ LogNormal(B @ B_covariates + b @ b_covariates, time_sigma, censored="censored"), observed
  {
    vector[N] time_mu = rows_dot_product(B[patient], B_covariates) + b_covariates * b;
    for (n in 1:N) {
      target += censored_lognormal_lpdf(time[n] | time_mu[n], time_sigma, censoring_censored[n]);
    }
  }
}
generated quantities {
  matrix[K_B_corr, K_B_corr] B_corr = multiply_lower_tri_self_transpose(B_corr_cholesky);
}
