// Cirrhosis
// logBili ~ year + (year | id)
// Surv(futime, death) ~ sex + trt, weibull, assoc = "shared_b(1)"
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
  int<lower=0> N_patient;  // units of patient
  int<lower=0> K_B_covariates;  // components of B_covariates
  int<lower=0> K_B_corr;  // components of B_corr
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=1, upper=N_patient> patient;  // the patient of each row
  vector[N] logBili;  // observed
  vector<lower=0>[N_patient] futime;  // observed
  array[N_patient] int<lower=0> patient_censoring_alive;  // 'censoring(alive)' of each patient
  matrix[N, K_B_covariates] B_covariates;  // the columns of B_covariates for each row
  matrix[N_patient, K_b_covariates] patient_b_covariates;  // the columns of b_covariates for each patient
  // numbers in the declarations
  vector[K_B_covariates] B_mean_mu;
  vector[K_B_covariates] B_mean_first;
  vector[K_B_covariates] B_mean_at_B_mean;
  vector<lower=0>[K_B_covariates] B_mean_sigma;
  vector<lower=0>[K_B_covariates] B_sd_sigma;
  real<lower=0> B_corr_eta;
  real<lower=0> logBili_sigma_sigma;
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> share_sigma;
  real<lower=0> futime_alpha_alpha;
  real<lower=0> futime_alpha_beta;
}
parameters {
  vector[K_B_covariates] B_mean_raw;
  vector<lower=0>[K_B_covariates] B_sd;
  cholesky_factor_corr[K_B_corr] B_corr_cholesky;
  matrix<multiplier=rep_vector(1, N_patient) * B_sd_sigma'>[N_patient, K_B_covariates] B;
  real<lower=0> logBili_sigma;
  vector[K_b_covariates] b_raw;
  real share;
  real<lower=0> futime_alpha;
}
transformed parameters {
  vector[K_B_covariates] B_mean = B_mean_mu + B_mean_sigma .* B_mean_raw;
  B_mean = B_mean - B_mean_first * dot_product(B_mean_at_B_mean, B_mean);
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[N_patient] eta = patient_b_covariates * b + share * B[, 2];  // eta = b @ b_covariates + share * B[1]
}
model {
  // B_mean ~ Normal(), over B_covariates
  target += std_normal_lpdf(B_mean_raw);
  // B_sd ~ HalfNormal(), over B_covariates
  target += normal_lpdf(B_sd | 0, B_sd_sigma) + num_elements(B_sd) * log2();
  // B_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(B_corr_cholesky | B_corr_eta);
  // B ~ MultiNormal(B_mean, B_sd, B_corr), over patient, B_covariates
  {
    array[N_patient] vector[K_B_covariates] B_vectors;
    for (n in 1:N_patient) {
      B_vectors[n] = B[n]';
    }
    target += multi_normal_cholesky_lpdf(B_vectors | B_mean, diag_pre_multiply(B_sd, B_corr_cholesky));
  }
  // logBili_sigma ~ HalfNormal()
  target += normal_lpdf(logBili_sigma | 0, logBili_sigma_sigma) + log2();
  // logBili ~ Normal(B @ B_covariates, logBili_sigma), observed
  target += normal_lpdf(logBili | rows_dot_product(B[patient], B_covariates), logBili_sigma);
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // share ~ Normal(0, 1)
  target += normal_lpdf(share | 0, share_sigma);
  // futime_alpha ~ Gamma(2, 1)
  target += gamma_lpdf(futime_alpha | futime_alpha_alpha, futime_alpha_beta);
  // futime ~ Weibull(alpha=futime_alpha, log=eta, censored="alive"), over patient, observed
  {
    vector[N_patient] futime_argument_2 = exp(eta);
    for (n in 1:N_patient) {
      target += censored_weibull_lpdf(futime[n] | futime_alpha, futime_argument_2[n], patient_censoring_alive[n]);
    }
  }
}
generated quantities {
  matrix[K_B_corr, K_B_corr] B_corr = multiply_lower_tri_self_transpose(B_corr_cholesky);
}
