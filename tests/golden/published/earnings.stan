// Earnings
// log(earn) ~ z + (1 + z | eth) + (1 + z | age) + (1 + z | eth:age)
functions {
  // A positive number from z: `typical` times exp(z / 2) Phi(z). Above the typical size its logarithm grows
  // with z; towards 0 it falls as the square of z, so that a density which does not vanish at 0 has no long tail.
  real softened(real z, real typical) {
    return typical * exp(0.5 * z) * (0.5 * erfc(-sqrt(0.5) * z));
  }
  vector softened(vector z, vector typical) {
    return typical .* exp(0.5 * z) .* (0.5 * erfc(-sqrt(0.5) * z));
  }
  // The log of the derivative of `softened` by z, summed: what a density of positive numbers is multiplied by.
  real log_slope_softened(real z, real typical) {
    real density = exp(-0.5 * square(z)) / sqrt(2 * pi());
    return log(typical) + 0.5 * z + log(0.25 * erfc(-sqrt(0.5) * z) + density);
  }
  real log_slope_softened(vector z, vector typical) {
    vector[num_elements(z)] density = exp(-0.5 * square(z)) / sqrt(2 * pi());
    return sum(log(typical) + 0.5 * z + log(0.25 * erfc(-sqrt(0.5) * z) + density));
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_eth;  // units of eth
  int<lower=0> N_age;  // units of age
  int<lower=0> N_eth_age;  // units of eth x age
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_E_covariates;  // components of E_covariates
  int<lower=0> K_E_corr;  // components of E_corr
  int<lower=0> K_A_covariates;  // components of A_covariates
  int<lower=0> K_A_corr;  // components of A_corr
  int<lower=0> K_EA_covariates;  // components of EA_covariates
  int<lower=0> K_EA_corr;  // components of EA_corr
  array[N] int<lower=1, upper=N_eth> eth;  // the eth of each row
  array[N] int<lower=1, upper=N_age> age;  // the age of each row
  array[N] int<lower=1, upper=N_eth_age> eth_age;  // the eth and age of each row
  vector<lower=0>[N] earn;  // observed
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  matrix[N, K_E_covariates] E_covariates;  // the columns of E_covariates for each row
  matrix[N, K_A_covariates] A_covariates;  // the columns of A_covariates for each row
  matrix[N, K_EA_covariates] EA_covariates;  // the columns of EA_covariates for each row
  vector<lower=0>[K_E_covariates] E_sd_pilot_size;  // about how large E_sd is
  vector<lower=0>[K_A_covariates] A_sd_pilot_size;  // about how large A_sd is
  vector<lower=0>[K_EA_covariates] EA_sd_pilot_size;  // about how large EA_sd is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  vector<lower=0>[K_E_covariates] E_sd_sigma;
  real<lower=0> E_corr_eta;
  vector<lower=0>[K_A_covariates] A_sd_sigma;
  real<lower=0> A_corr_eta;
  vector<lower=0>[K_EA_covariates] EA_sd_sigma;
  real<lower=0> EA_corr_eta;
  real<lower=0> earn_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  vector[K_E_covariates] E_sd_soft;
  cholesky_factor_corr[K_E_corr] E_corr_cholesky;
  matrix[K_E_covariates, N_eth] E_raw;
  vector[K_A_covariates] A_sd_soft;
  cholesky_factor_corr[K_A_corr] A_corr_cholesky;
  matrix[K_A_covariates, N_age] A_raw;
  vector[K_EA_covariates] EA_sd_soft;
  cholesky_factor_corr[K_EA_corr] EA_corr_cholesky;
  matrix[K_EA_covariates, N_eth_age] EA_raw;
  real<lower=0> earn_sigma;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[K_E_covariates] E_sd = softened(E_sd_soft, E_sd_pilot_size);
  matrix[N_eth, K_E_covariates] E = (diag_pre_multiply(E_sd, E_corr_cholesky) * E_raw)';
  vector[K_A_covariates] A_sd = softened(A_sd_soft, A_sd_pilot_size);
  matrix[N_age, K_A_covariates] A = (diag_pre_multiply(A_sd, A_corr_cholesky) * A_raw)';
  vector[K_EA_covariates] EA_sd = softened(EA_sd_soft, EA_sd_pilot_size);
  matrix[N_eth_age, K_EA_covariates] EA = (diag_pre_multiply(EA_sd, EA_corr_cholesky) * EA_raw)';
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // E_sd ~ HalfNormal(), over E_covariates
  target += normal_lpdf(E_sd | 0, E_sd_sigma) + num_elements(E_sd) * log2();
  target += log_slope_softened(E_sd_soft, E_sd_pilot_size);
  // E_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(E_corr_cholesky | E_corr_eta);
  // E ~ MultiNormal(0, E_sd, E_corr), over eth, E_covariates
  target += std_normal_lpdf(to_vector(E_raw));
  // A_sd ~ HalfNormal(), over A_covariates
  target += normal_lpdf(A_sd | 0, A_sd_sigma) + num_elements(A_sd) * log2();
  target += log_slope_softened(A_sd_soft, A_sd_pilot_size);
  // A_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(A_corr_cholesky | A_corr_eta);
  // A ~ MultiNormal(0, A_sd, A_corr), over age, A_covariates
  target += std_normal_lpdf(to_vector(A_raw));
  // EA_sd ~ HalfNormal(), over EA_covariates
  target += normal_lpdf(EA_sd | 0, EA_sd_sigma) + num_elements(EA_sd) * log2();
  target += log_slope_softened(EA_sd_soft, EA_sd_pilot_size);
  // EA_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(EA_corr_cholesky | EA_corr_eta);
  // EA ~ MultiNormal(0, EA_sd, EA_corr), over eth, age, EA_covariates
  target += std_normal_lpdf(to_vector(EA_raw));
  // earn_sigma ~ HalfNormal()
  target += normal_lpdf(earn_sigma | 0, earn_sigma_sigma) + log2();
  // earn ~ LogNormal(b @ b_covariates + E @ E_covariates + A @ A_covariates + EA @ EA_covariates, earn_sigma), observed
  target += lognormal_lpdf(earn | b_covariates * b + rows_dot_product(E[eth], E_covariates) + rows_dot_product(A[age], A_covariates) + rows_dot_product(EA[eth_age], EA_covariates), earn_sigma);
}
generated quantities {
  matrix[K_E_corr, K_E_corr] E_corr = multiply_lower_tri_self_transpose(E_corr_cholesky);
  matrix[K_A_corr, K_A_corr] A_corr = multiply_lower_tri_self_transpose(A_corr_cholesky);
  matrix[K_EA_corr, K_EA_corr] EA_corr = multiply_lower_tri_self_transpose(EA_corr_cholesky);
}
