// NestedSlopes
// Means that vary over units, an index for the components, and both forms.
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
  int<lower=0> N_school;  // units of school
  int<lower=0> N_room;  // units of room
  int<lower=0> K_k;  // components of k
  int<lower=0> K_corr;  // components of corr
  array[N_room] int<lower=1, upper=N_school> room_school;  // the school of each room
  array[N] int<lower=1, upper=N_room> room;  // the room of each row
  vector[N] y;  // observed
  vector[N] x;  // 'x' of each row
  vector<lower=0>[K_k] sds_pilot_size;  // about how large sds is
  // numbers in the declarations
  real<lower=0> sds_sigma;
  real<lower=0> corr_eta;
  real<lower=0> y_sigma;
}
parameters {
  vector[K_k] sds_soft;
  cholesky_factor_corr[K_corr] corr_cholesky;
  matrix[K_k, N_school] B_raw;
  matrix[K_k, N_room] C_raw;
  matrix[N_room, K_k] D;
  matrix[K_k, N_room] E_raw;
}
transformed parameters {
  vector[K_k] sds = softened(sds_soft, sds_pilot_size);
  matrix[N_school, K_k] B = (diag_pre_multiply(sds, corr_cholesky) * B_raw)';
  matrix[N_room, K_k] C;
  {
    matrix[N_room, 2] C_mu;
    C_mu[, 1] = B[room_school, 1];
    C_mu[, 2] = B[room_school, 2] + 1;
    C = C_mu + (diag_pre_multiply(sds, corr_cholesky) * C_raw)';
  }
  matrix[N_room, K_k] E = D + (diag_pre_multiply(sds, corr_cholesky) * E_raw)';
}
model {
  // sds ~ HalfNormal(1), over k
  target += normal_lpdf(sds | 0, sds_sigma) + num_elements(sds) * log2();
  target += log_slope_softened(sds_soft, sds_pilot_size);
  // corr ~ LKJCholesky()
  target += lkj_corr_cholesky_lpdf(corr_cholesky | corr_eta);
  // B ~ MultiNormal([0, 0], sds, corr), over school
  target += std_normal_lpdf(to_vector(B_raw));
  // C ~ MultiNormal([B['level'], B['trend'] + 1], sds, corr), over room
  target += std_normal_lpdf(to_vector(C_raw));
  // D ~ MultiNormal(B, sds, corr), over room
  {
    array[N_room] vector[K_k] D_vectors;
    array[N_room] vector[K_k] D_mu;
    for (n in 1:N_room) {
      D_vectors[n] = D[n]';
      D_mu[n] = B[room_school[n]]';
    }
    target += multi_normal_cholesky_lpdf(D_vectors | D_mu, diag_pre_multiply(sds, corr_cholesky));
  }
  // E ~ MultiNormal(D, sds, corr), over room
  target += std_normal_lpdf(to_vector(E_raw));
  // y ~ Normal(C[0] + C[1] * data("x") + D['level'] + E['trend'], 1), observed
  target += normal_lpdf(y | C[room, 1] + C[room, 2] .* x + D[room, 1] + E[room, 2], y_sigma);
}
generated quantities {
  matrix[K_corr, K_corr] corr = multiply_lower_tri_self_transpose(corr_cholesky);
}
