// TwoOutcomes
// usage ~ normal(A[app] * x, s), crashes ~ poisson(exp(a + load * A[app]))
functions {
  // Sums of counts in cells of an exposure, without what the rate does not change.
  real poisson_log_cells_lpdf(vector total, vector exposure, vector log_rate) {
    return dot_product(total, log_rate) - dot_product(exposure, exp(log_rate));
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_app;  // units of app
  int<lower=0> N_crashes_cells;  // cells of crashes
  int<lower=0> K_A_covariates;  // components of A_covariates
  int<lower=0> K_A_corr;  // components of A_corr
  array[N] int<lower=1, upper=N_app> app;  // the app of each row
  array[N_crashes_cells] int<lower=1, upper=N_app> crashes_cells_app;  // the app of each cell of crashes
  vector[N] usage;  // observed
  vector[N_crashes_cells] crashes_total;  // sum of each cell of crashes
  vector[N_crashes_cells] crashes_exposure;  // exposure of each cell of crashes
  real crashes_constant;  // what no argument changes
  matrix[N, K_A_covariates] A_covariates;  // the columns of A_covariates for each row
  // numbers in the declarations
  vector[K_A_covariates] A_mean_mu;
  vector<lower=0>[K_A_covariates] A_mean_sigma;
  vector<lower=0>[K_A_covariates] A_sd_sigma;
  real<lower=0> A_corr_eta;
  real a_mu;
  real<lower=0> a_sigma;
  real<lower=0> load_sigma;
  real<lower=0> usage_sigma_sigma;
}
parameters {
  vector<multiplier=A_mean_sigma>[K_A_covariates] A_mean;
  vector<lower=0>[K_A_covariates] A_sd;
  cholesky_factor_corr[K_A_corr] A_corr_cholesky;
  matrix<multiplier=rep_vector(1, N_app) * A_sd_sigma'>[N_app, K_A_covariates] A;
  real<multiplier=a_sigma> a;
  real load;
  real<lower=0> usage_sigma;
}
model {
  // A_mean ~ Normal(), over A_covariates
  target += normal_lpdf(A_mean | A_mean_mu, A_mean_sigma);
  // A_sd ~ HalfNormal(), over A_covariates
  target += normal_lpdf(A_sd | 0, A_sd_sigma) + num_elements(A_sd) * log2();
  // A_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(A_corr_cholesky | A_corr_eta);
  // A ~ MultiNormal(A_mean, A_sd, A_corr), over app, A_covariates
  {
    array[N_app] vector[K_A_covariates] A_vectors;
    for (n in 1:N_app) {
      A_vectors[n] = A[n]';
    }
    target += multi_normal_cholesky_lpdf(A_vectors | A_mean, diag_pre_multiply(A_sd, A_corr_cholesky));
  }
  // a ~ Normal()
  target += normal_lpdf(a | a_mu, a_sigma);
  // load ~ Normal(0, 1)
  target += normal_lpdf(load | 0, load_sigma);
  // usage_sigma ~ HalfNormal()
  target += normal_lpdf(usage_sigma | 0, usage_sigma_sigma) + log2();
  // usage ~ Normal(A @ A_covariates, usage_sigma), observed
  target += normal_lpdf(usage | rows_dot_product(A[app], A_covariates), usage_sigma);
  // crashes ~ Poisson(log=a + load * A['x']), observed  (rows in cells)
  {
    vector[N_crashes_cells] crashes_log = a + load * A[crashes_cells_app, 1];
    target += poisson_log_cells_lpdf(crashes_total | crashes_exposure, crashes_log) + crashes_constant;
  }
}
generated quantities {
  matrix[K_A_corr, K_A_corr] A_corr = multiply_lower_tri_self_transpose(A_corr_cholesky);
}
