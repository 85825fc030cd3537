// Instruments
// (W, E) ~ MVN((aW + bEW * E, aE + bQE * Q), Sigma)
data {
  int<lower=0> N;  // rows
  int<lower=0> K_W_covariates;  // components of W_covariates
  int<lower=0> K_E_covariates;  // components of E_covariates
  int<lower=0> K_Y;  // components of Y
  int<lower=0> K_Y_corr;  // components of Y_corr
  array[N] vector[K_Y] Y;  // observed as 'W', 'E'
  matrix[N, K_W_covariates] W_covariates;  // the columns of W_covariates for each row
  matrix[N, K_E_covariates] E_covariates;  // the columns of E_covariates for each row
  // numbers in the declarations
  vector[K_W_covariates] W_mu;
  vector[K_W_covariates] W_first;
  vector[K_W_covariates] W_at_W;
  vector<lower=0>[K_W_covariates] W_sigma;
  vector[K_E_covariates] E_mu;
  vector[K_E_covariates] E_first;
  vector[K_E_covariates] E_at_E;
  vector<lower=0>[K_E_covariates] E_sigma;
  vector<lower=0>[K_Y] Y_sigma_sigma;
  real<lower=0> Y_corr_eta;
}
parameters {
  vector[K_W_covariates] W_raw;
  vector[K_E_covariates] E_raw;
  vector<lower=0>[K_Y] Y_sigma;
  cholesky_factor_corr[K_Y_corr] Y_corr_cholesky;
}
transformed parameters {
  vector[K_W_covariates] W = W_mu + W_sigma .* W_raw;
  W = W - W_first * dot_product(W_at_W, W);
  vector[K_E_covariates] E = E_mu + E_sigma .* E_raw;
  E = E - E_first * dot_product(E_at_E, E);
}
model {
  // W ~ Normal(), over W_covariates
  target += std_normal_lpdf(W_raw);
  // E ~ Normal(), over E_covariates
  target += std_normal_lpdf(E_raw);
  // Y_sigma ~ HalfNormal(), over Y
  target += normal_lpdf(Y_sigma | 0, Y_sigma_sigma) + num_elements(Y_sigma) * log2();
  // Y_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(Y_corr_cholesky | Y_corr_eta);
  // Y ~ MultiNormal([W @ W_covariates, E @ E_covariates], Y_sigma, Y_corr), observed as W, E
  {
    matrix[N, 2] Y_mu;
    Y_mu[, 1] = W_covariates * W;
    Y_mu[, 2] = E_covariates * E;
    array[N] vector[2] Y_mu_vectors;
    for (n in 1:N) {
      Y_mu_vectors[n] = Y_mu[n]';
    }
    target += multi_normal_cholesky_lpdf(Y | Y_mu_vectors, diag_pre_multiply(Y_sigma, Y_corr_cholesky));
  }
}
generated quantities {
  matrix[K_Y_corr, K_Y_corr] Y_corr = multiply_lower_tri_self_transpose(Y_corr_cholesky);
}
