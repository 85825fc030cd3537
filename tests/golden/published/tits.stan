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
  int<lower=0> K_tit;  // components of tit
  int<lower=0> K_tit_corr;  // components of tit_corr
  array[N_2] int<lower=1, upper=N_dam> dam;  // the dam of each row
  array[N_2] int<lower=1, upper=N_nest> nest;  // the nest of each row
  array[N_2] vector[K_tit] tit;  // observed as 'tarsus', 'back'
  matrix[N_2, K_X] X;  // the columns of X for each row
  vector<lower=0>[K_D] D_sigma_pilot_size;  // about how large D_sigma is
  vector<lower=0>[K_N] N_sigma_pilot_size;  // about how large N_sigma is
  // numbers in the declarations
  vector[K_X] b1_mu;
  vector<lower=0>[K_X] b1_sigma;
  real a1_mu;
  vector[K_X] a1_at_b1;
  real<lower=0> a1_sigma;
  vector[K_X] b2_mu;
  vector<lower=0>[K_X] b2_sigma;
  real a2_mu;
  vector[K_X] a2_at_b2;
  real<lower=0> a2_sigma;
  vector<lower=0>[K_D] D_sigma_sigma;
  real<lower=0> D_corr_eta;
  vector<lower=0>[K_N] N_sigma_sigma;
  real<lower=0> N_corr_eta;
  vector<lower=0>[K_tit] tit_sigma_sigma;
  real<lower=0> tit_corr_eta;
}
parameters {
  real a1_raw;
  real a2_raw;
  vector<multiplier=b1_sigma>[K_X] b1;
  vector<multiplier=b2_sigma>[K_X] b2;
  vector[K_D] D_sigma_soft;
  cholesky_factor_corr[K_D_corr] D_corr_cholesky;
  matrix[K_D, N_dam] D_raw;
  vector[K_N] N_sigma_soft;
  cholesky_factor_corr[K_N_corr] N_corr_cholesky;
  matrix[K_N, N_nest] N_raw;
  vector<lower=0>[K_tit] tit_sigma;
  cholesky_factor_corr[K_tit_corr] tit_corr_cholesky;
}
transformed parameters {
  real a1 = a1_mu - dot_product(a1_at_b1, b1) + a1_sigma * a1_raw;
  real a2 = a2_mu - dot_product(a2_at_b2, b2) + a2_sigma * a2_raw;
  vector[K_D] D_sigma = softened(D_sigma_soft, D_sigma_pilot_size);
  matrix[N_dam, K_D] D = (diag_pre_multiply(D_sigma, D_corr_cholesky) * D_raw)';
  vector[K_N] N_sigma = softened(N_sigma_soft, N_sigma_pilot_size);
  matrix[N_nest, K_N] N = (diag_pre_multiply(N_sigma, N_corr_cholesky) * N_raw)';
}
model {
  // a1 ~ Normal()
  target += std_normal_lpdf(a1_raw);
  // a2 ~ Normal()
  target += std_normal_lpdf(a2_raw);
  // b1 ~ Normal(), over X
  target += normal_lpdf(b1 | b1_mu, b1_sigma);
  // b2 ~ Normal(), over X
  target += normal_lpdf(b2 | b2_mu, b2_sigma);
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
  vector[N_2] tarsus = a1 + X * b1 + D[dam, 1] + N[nest, 1];  // tarsus = a1 + b1 @ X + D[0] + N[0]
  vector[N_2] back = a2 + X * b2 + D[dam, 2] + N[nest, 2];  // back = a2 + b2 @ X + D[1] + N[1]
  // tit_sigma ~ HalfNormal(), over tit
  target += normal_lpdf(tit_sigma | 0, tit_sigma_sigma) + num_elements(tit_sigma) * log2();
  // tit_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(tit_corr_cholesky | tit_corr_eta);
  // tit ~ MultiNormal([tarsus, back], tit_sigma, tit_corr), observed as tarsus, back
  {
    matrix[N_2, 2] tit_mu;
    tit_mu[, 1] = tarsus;
    tit_mu[, 2] = back;
    array[N_2] vector[2] tit_mu_vectors;
    for (n in 1:N_2) {
      tit_mu_vectors[n] = tit_mu[n]';
    }
    target += multi_normal_cholesky_lpdf(tit | tit_mu_vectors, diag_pre_multiply(tit_sigma, tit_corr_cholesky));
  }
}
generated quantities {
  matrix[K_D_corr, K_D_corr] D_corr = multiply_lower_tri_self_transpose(D_corr_cholesky);
  matrix[K_N_corr, K_N_corr] N_corr = multiply_lower_tri_self_transpose(N_corr_cholesky);
  matrix[K_tit_corr, K_tit_corr] tit_corr = multiply_lower_tri_self_transpose(tit_corr_cholesky);
}
