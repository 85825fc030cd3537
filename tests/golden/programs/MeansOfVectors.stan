// MeansOfVectors
// One mean for all components, per unit or not, and means that are computed.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  int<lower=0> N_room;  // units of room
  int<lower=0> K_corr;  // components of corr
  int<lower=0> K_k;  // components of k
  int<lower=0> K_one;  // components of one
  int<lower=0> K_one_raw;  // components of one_raw
  int<lower=0> K_more;  // components of more
  int<lower=0> K_more_raw;  // components of more_raw
  int<lower=0> K_both;  // components of both
  int<lower=0> K_both_raw;  // components of both_raw
  array[N_room] int<lower=1, upper=N_school> room_school;  // the school of each room
  array[N] int<lower=1, upper=N_room> room;  // the room of each row
  vector[N] y;  // observed
  vector<lower=0, upper=1>[N_school] P_pilot_weight;  // how far each school is centred
  real<lower=0> P_pilot_scale;  // about how large the scale of P is
  // numbers in the declarations
  real<lower=0> corr_eta;
  real<lower=0> P_sigma;
  real<lower=0> m_sigma;
  vector<lower=0>[K_one] one_sigma;
  vector<lower=0>[K_one_raw] one_raw_sigma;
  vector<lower=0>[K_more] more_sigma;
  vector<lower=0>[K_more_raw] more_raw_sigma;
  real all__mu;
  real<lower=0> all__sigma;
  real<lower=0> y_sigma;
}
parameters {
  cholesky_factor_corr[K_corr] corr_cholesky;
  vector<multiplier=P_pilot_scale>[N_school] P_between;
  vector[K_k] m;
  matrix[N_room, K_one] one;
  matrix[K_one_raw, N_room] one_raw_raw;
  matrix[N_school, K_more] more;
  matrix[K_more_raw, N_school] more_raw_raw;
  matrix[N_room, K_both] both;
  matrix[K_both_raw, N_room] both_raw_raw;
  matrix[K_k, N_school] all__raw;
}
transformed parameters {
  vector[N_school] P = exp((1 - P_pilot_weight) * log(P_sigma / P_pilot_scale)) .* P_between;
  matrix[N_room, K_one_raw] one_raw;
  {
    matrix[N_room, K_one_raw] one_raw_mu;
    for (k in 1:K_one_raw) {
      one_raw_mu[, k] = P[room_school];
    }
    one_raw = one_raw_mu + (diag_pre_multiply(one_raw_sigma, corr_cholesky) * one_raw_raw)';
  }
  matrix[N_school, K_more_raw] more_raw = rep_matrix((m + 1)', N_school) + (diag_pre_multiply(more_raw_sigma, corr_cholesky) * more_raw_raw)';
  matrix[N_room, K_both_raw] both_raw;
  {
    matrix[N_room, K_k] both_raw_mu;
    for (k in 1:K_k) {
      both_raw_mu[, k] = m[k] * P[room_school];
    }
    both_raw = both_raw_mu + (diag_pre_multiply(m .^ 2, corr_cholesky) * both_raw_raw)';
  }
  matrix[N_school, K_k] all_ = rep_matrix(rep_vector(all__mu, K_k)', N_school) + (diag_pre_multiply(rep_vector(all__sigma, K_k), corr_cholesky) * all__raw)';
  vector[N_room] mean = one[, 1] + one_raw[, 2] + more[room_school, 1] + more_raw[room_school, 2] + both[, 1] + both_raw[, 2] + all_[room_school, 1];  // mean = one[0] + one_raw[1] + more[0] + more_raw[1] + both[0] + both_raw[1] + all_[0]
}
model {
  // corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(corr_cholesky | corr_eta);
  // P ~ Normal(0, 1), over school
  target += normal_lpdf(P_between | 0, P_pilot_scale * exp(P_pilot_weight * log(P_sigma / P_pilot_scale)));
  // m ~ Normal(0, 1), over k
  target += normal_lpdf(m | 0, m_sigma);
  // one ~ MultiNormal(P, [1, 1], corr), over room
  {
    matrix[N_room, K_one] one_mu;
    for (k in 1:K_one) {
      one_mu[, k] = P[room_school];
    }
    array[N_room] vector[K_one] one_vectors;
    array[N_room] vector[K_one] one_mu_vectors;
    for (n in 1:N_room) {
      one_vectors[n] = one[n]';
      one_mu_vectors[n] = one_mu[n]';
    }
    target += multi_normal_cholesky_lpdf(one_vectors | one_mu_vectors, diag_pre_multiply(one_sigma, corr_cholesky));
  }
  // one_raw ~ MultiNormal(P, [1, 1], corr), over room
  target += std_normal_lpdf(to_vector(one_raw_raw));
  // more ~ MultiNormal(m + 1, [1, 1], corr), over school
  {
    array[N_school] vector[K_more] more_vectors;
    for (n in 1:N_school) {
      more_vectors[n] = more[n]';
    }
    target += multi_normal_cholesky_lpdf(more_vectors | m + 1, diag_pre_multiply(more_sigma, corr_cholesky));
  }
  // more_raw ~ MultiNormal(m + 1, [1, 1], corr), over school
  target += std_normal_lpdf(to_vector(more_raw_raw));
  // both ~ MultiNormal(m * P, m ** 2, corr), over room
  {
    matrix[N_room, K_k] both_mu;
    for (k in 1:K_k) {
      both_mu[, k] = m[k] * P[room_school];
    }
    array[N_room] vector[K_both] both_vectors;
    array[N_room] vector[K_k] both_mu_vectors;
    for (n in 1:N_room) {
      both_vectors[n] = both[n]';
      both_mu_vectors[n] = both_mu[n]';
    }
    target += multi_normal_cholesky_lpdf(both_vectors | both_mu_vectors, diag_pre_multiply(m .^ 2, corr_cholesky));
  }
  // both_raw ~ MultiNormal(m * P, m ** 2, corr), over room
  target += std_normal_lpdf(to_vector(both_raw_raw));
  // all_ ~ MultiNormal(2, 1.5, corr), over school, k
  target += std_normal_lpdf(to_vector(all__raw));
  // y ~ Normal(mean, 1), observed
  target += normal_lpdf(y | mean[room], y_sigma);
}
generated quantities {
  matrix[K_corr, K_corr] corr = multiply_lower_tri_self_transpose(corr_cholesky);
}
