// Choices
// k ~ x + (1 | q | g), categorical
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
  int<lower=0> N_g;  // units of g
  int<lower=0> K_X;  // components of X
  int<lower=0> K_U;  // components of U
  int<lower=0> K_U_corr;  // components of U_corr
  array[N] int<lower=1, upper=N_g> g;  // the g of each row
  array[N] int<lower=1> k;  // observed
  matrix[N, K_X] X;  // the columns of X for each row
  vector<lower=0>[K_U] U_sigma_pilot_size;  // about how large U_sigma is
  // numbers in the declarations
  vector[K_X] b_mu;
  vector[K_X] b_first;
  vector[K_X] b_at_b;
  vector<lower=0>[K_X] b_sigma;
  vector[K_X] c_mu;
  vector[K_X] c_first;
  vector[K_X] c_at_c;
  vector<lower=0>[K_X] c_sigma;
  vector<lower=0>[K_U] U_sigma_sigma;
  real<lower=0> U_corr_eta;
}
parameters {
  vector[K_X] b_raw;
  vector[K_X] c_raw;
  vector[K_U] U_sigma_soft;
  cholesky_factor_corr[K_U_corr] U_corr_cholesky;
  matrix[K_U, N_g] U_raw;
}
transformed parameters {
  vector[K_X] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[K_X] c = c_mu + c_sigma .* c_raw;
  c = c - c_first * dot_product(c_at_c, c);
  vector[K_U] U_sigma = softened(U_sigma_soft, U_sigma_pilot_size);
  matrix[N_g, K_U] U = (diag_pre_multiply(U_sigma, U_corr_cholesky) * U_raw)';
}
model {
  // b ~ Normal(), over X
  target += std_normal_lpdf(b_raw);
  // c ~ Normal(), over X
  target += std_normal_lpdf(c_raw);
  // U_sigma ~ HalfNormal(), over U
  target += normal_lpdf(U_sigma | 0, U_sigma_sigma) + num_elements(U_sigma) * log2();
  target += log_slope_softened(U_sigma_soft, U_sigma_pilot_size);
  // U_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(U_corr_cholesky | U_corr_eta);
  // U ~ MultiNormal([0, 0], U_sigma, U_corr), over g
  target += std_normal_lpdf(to_vector(U_raw));
  // k ~ Categorical(logit=[0, b @ X + U[0], c @ X + U[1]]), observed
  {
    matrix[N, 3] k_logit;
    k_logit[, 1] = rep_vector(0, N);
    k_logit[, 2] = X * b + U[g, 1];
    k_logit[, 3] = X * c + U[g, 2];
    for (n in 1:N) {
      target += categorical_logit_lpmf(k[n] | k_logit[n]');
    }
  }
}
generated quantities {
  matrix[K_U_corr, K_U_corr] U_corr = multiply_lower_tri_self_transpose(U_corr_cholesky);
}
