// Tits
// mvbind(tarsus, back) ~ sex + hatchdate + (1 | p | fosternest) + (1 | q | dam),
// set_rescor(TRUE)
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
  int<lower=0> N_2;  // rows
  int<lower=0> N_dam;  // units of dam
  int<lower=0> N_nest;  // units of nest
  int<lower=0> K_X;  // components of X
  int<lower=0> K_D;  // components of D
  int<lower=0> K_D_corr;  // components of D_corr
  int<lower=0> K_N;  // components of N
  int<lower=0> K_N_corr;  // components of N_corr
  int<lower=0> K_both;  // components of both
  int<lower=0> K_both_corr;  // components of both_corr
  array[N_2] int<lower=1, upper=N_dam> dam;  // the dam of each row
  array[N_2] int<lower=1, upper=N_nest> nest;  // the nest of each row
  array[N_2] vector[K_both] both;  // observed as 'tarsus', 'back'
  matrix[N_2, K_X] X;  // the columns of X for each row
  vector<lower=0>[K_D] D_sigma_pilot_size;  // about how large D_sigma is
  vector<lower=0>[K_N] N_sigma_pilot_size;  // about how large N_sigma is
  // numbers in the declarations
  vector[K_X] b1_mu;
  vector[K_X] b1_first;
  vector[K_X] b1_at_b1;
  vector<lower=0>[K_X] b1_sigma;
  vector[K_X] b2_mu;
  vector[K_X] b2_first;
  vector[K_X] b2_at_b2;
  vector<lower=0>[K_X] b2_sigma;
  vector<lower=0>[K_D] D_sigma_sigma;
  real<lower=0> D_corr_eta;
  vector<lower=0>[K_N] N_sigma_sigma;
  real<lower=0> N_corr_eta;
  vector<lower=0>[K_both] both_sigma_sigma;
  real<lower=0> both_corr_eta;
}
parameters {
  vector[K_X] b1_raw;
  vector[K_X] b2_raw;
  vector[K_D] D_sigma_soft;
  cholesky_factor_corr[K_D_corr] D_corr_cholesky;
  matrix[K_D, N_dam] D_raw;
  vector[K_N] N_sigma_soft;
  cholesky_factor_corr[K_N_corr] N_corr_cholesky;
  matrix[K_N, N_nest] N_raw;
  vector<lower=0>[K_both] both_sigma;
  cholesky_factor_corr[K_both_corr] both_corr_cholesky;
}
transformed parameters {
  vector[K_X] b1 = b1_mu + b1_sigma .* b1_raw;
  b1 = b1 - b1_first * dot_product(b1_at_b1, b1);
  vector[K_X] b2 = b2_mu + b2_sigma .* b2_raw;
  b2 = b2 - b2_first * dot_product(b2_at_b2, b2);
  vector[K_D] D_sigma = softened(D_sigma_soft, D_sigma_pilot_size);
  matrix[N_dam, K_D] D = (diag_pre_multiply(D_sigma, D_corr_cholesky) * D_raw)';
  vector[K_N] N_sigma = softened(N_sigma_soft, N_sigma_pilot_size);
  matrix[N_nest, K_N] N = (diag_pre_multiply(N_sigma, N_corr_cholesky) * N_raw)';
}
model {
  // b1 ~ Normal(), over X
  target += std_normal_lpdf(b1_raw);
  // b2 ~ Normal(), over X
  target += std_normal_lpdf(b2_raw);
  // D_sigma ~ HalfNormal(), over D
  target += normal_lpdf(D_sigma | 0, D_sigma_sigma) + num_elements(D_sigma) * log2();
  target += log_slope_softened(D_sigma_soft, D_sigma_pilot_size);
  // D_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(D_corr_cholesky | D_corr_eta);
  // D ~ MultiNormal([0, 0], D_sigma, D_corr), over dam
  target += std_normal_lpdf(to_vector(D_raw));
  // N_sigma ~ HalfNormal(), over N
  target += normal_lpdf(N_sigma | 0, N_sigma_sigma) + num_elements(N_sigma) * log2();
  target += log_slope_softened(N_sigma_soft, N_sigma_pilot_size);
  // N_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(N_corr_cholesky | N_corr_eta);
  // N ~ MultiNormal([0, 0], N_sigma, N_corr), over nest
  target += std_normal_lpdf(to_vector(N_raw));
  // both_sigma ~ HalfNormal(), over both
  target += normal_lpdf(both_sigma | 0, both_sigma_sigma) + num_elements(both_sigma) * log2();
  // both_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(both_corr_cholesky | both_corr_eta);
  // both ~ MultiNormal([b1 @ X + D[0] + N[0], b2 @ X + D[1] + N[1]], both_sigma, both_corr), observed as tarsus, back
  {
    matrix[N_2, 2] both_mu;
    both_mu[, 1] = X * b1 + D[dam, 1] + N[nest, 1];
    both_mu[, 2] = X * b2 + D[dam, 2] + N[nest, 2];
    array[N_2] vector[2] both_mu_vectors;
    for (n in 1:N_2) {
      both_mu_vectors[n] = both_mu[n]';
    }
    target += multi_normal_cholesky_lpdf(both | both_mu_vectors, diag_pre_multiply(both_sigma, both_corr_cholesky));
  }
}
generated quantities {
  matrix[K_D_corr, K_D_corr] D_corr = multiply_lower_tri_self_transpose(D_corr_cholesky);
  matrix[K_N_corr, K_N_corr] N_corr = multiply_lower_tri_self_transpose(N_corr_cholesky);
  matrix[K_both_corr, K_both_corr] both_corr = multiply_lower_tri_self_transpose(both_corr_cholesky);
}
