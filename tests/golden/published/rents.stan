// Rents
// rentsqm ~ t2(area, yearc) + (1 | ID | district), sigma ~ the same
data {
  int<lower=0> N;  // rows
  int<lower=0> N_district;  // units of district
  int<lower=0> K_AY;  // components of AY
  int<lower=0> K_Y_A;  // components of Y_A
  int<lower=0> K_A_Y;  // components of A_Y
  int<lower=0> K_X;  // components of X
  int<lower=0> K_D;  // components of D
  int<lower=0> K_D_corr;  // components of D_corr
  array[N] int<lower=1, upper=N_district> district;  // the district of each row
  vector[N] rentsqm;  // observed
  vector[N] standardize_area;  // 'standardize(area)' of each row
  vector[N] standardize_yearc;  // 'standardize(yearc)' of each row
  matrix[N, K_X] X;  // the columns of X for each row
  matrix[N, K_AY] AY;  // the columns of AY for each row
  matrix[N, K_Y_A] Y_A;  // the columns of Y_A for each row
  matrix[N, K_A_Y] A_Y;  // the columns of A_Y for each row
  vector<lower=0, upper=1>[K_AY] w1_pilot_weight;  // how far each coefficient is centred
  vector<lower=0>[K_AY] w1_pilot_scale;  // about how large the scale of w1 is
  vector<lower=0, upper=1>[K_Y_A] w2_pilot_weight;  // how far each coefficient is centred
  vector<lower=0>[K_Y_A] w2_pilot_scale;  // about how large the scale of w2 is
  vector<lower=0, upper=1>[K_A_Y] w3_pilot_weight;  // how far each coefficient is centred
  vector<lower=0>[K_A_Y] w3_pilot_scale;  // about how large the scale of w3 is
  // numbers in the declarations
  real<lower=0> w1_sigma_sigma;
  real<lower=0> w2_sigma_sigma;
  real<lower=0> w3_sigma_sigma;
  vector[K_X] b_mu;
  vector[K_X] b_first;
  vector[K_X] b_at_b;
  vector[K_AY] b_at_w1;
  vector[K_Y_A] b_at_w2;
  vector[K_A_Y] b_at_w3;
  vector<lower=0>[K_X] b_sigma;
  real<lower=0> v1_sigma_sigma;
  real<lower=0> v2_sigma_sigma;
  real<lower=0> v3_sigma_sigma;
  vector[K_X] g_mu;
  vector[K_X] g_first;
  vector[K_X] g_at_g;
  vector[K_AY] g_at_v1;
  vector[K_Y_A] g_at_v2;
  vector[K_A_Y] g_at_v3;
  vector<lower=0>[K_X] g_sigma;
  vector<lower=0>[K_D] D_sigma_sigma;
  real<lower=0> D_corr_eta;
}
transformed data {
  vector[N] area = standardize_area;  // area = standardize(data("area"))
  vector[N] year = standardize_yearc;  // year = standardize(data("yearc"))
}
parameters {
  vector[K_X] b_raw;
  vector[K_X] g_raw;
  real<lower=0> w1_sigma;
  vector<multiplier=w1_pilot_scale>[K_AY] w1_between;
  real<lower=0> w2_sigma;
  vector<multiplier=w2_pilot_scale>[K_Y_A] w2_between;
  real<lower=0> w3_sigma;
  vector<multiplier=w3_pilot_scale>[K_A_Y] w3_between;
  real<lower=0> v1_sigma;
  vector[K_AY] v1_raw;
  real<lower=0> v2_sigma;
  vector[K_Y_A] v2_raw;
  real<lower=0> v3_sigma;
  vector[K_A_Y] v3_raw;
  vector<lower=0>[K_D] D_sigma;
  cholesky_factor_corr[K_D_corr] D_corr_cholesky;
  matrix<multiplier=rep_vector(1, N_district) * D_sigma_sigma'>[N_district, K_D] D;
}
transformed parameters {
  vector[K_AY] w1 = exp((1 - w1_pilot_weight) .* log(w1_sigma ./ w1_pilot_scale)) .* w1_between;
  vector[K_Y_A] w2 = exp((1 - w2_pilot_weight) .* log(w2_sigma ./ w2_pilot_scale)) .* w2_between;
  vector[K_A_Y] w3 = exp((1 - w3_pilot_weight) .* log(w3_sigma ./ w3_pilot_scale)) .* w3_between;
  vector[K_X] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * (dot_product(b_at_b, b) + dot_product(b_at_w1, w1) + dot_product(b_at_w2, w2) + dot_product(b_at_w3, w3));
  vector[K_AY] v1 = v1_sigma * v1_raw;
  vector[K_Y_A] v2 = v2_sigma * v2_raw;
  vector[K_A_Y] v3 = v3_sigma * v3_raw;
  vector[K_X] g = g_mu + g_sigma .* g_raw;
  g = g - g_first * (dot_product(g_at_g, g) + dot_product(g_at_v1, v1) + dot_product(g_at_v2, v2) + dot_product(g_at_v3, v3));
}
model {
  // b ~ Normal(), over X
  target += std_normal_lpdf(b_raw);
  // g ~ Normal(), over X
  target += std_normal_lpdf(g_raw);
  // w1_sigma ~ HalfNormal()
  target += normal_lpdf(w1_sigma | 0, w1_sigma_sigma) + log2();
  // w1 ~ Normal(0, w1_sigma), over AY
  target += normal_lpdf(w1_between | 0, w1_pilot_scale .* exp(w1_pilot_weight .* log(w1_sigma ./ w1_pilot_scale)));
  // w2_sigma ~ HalfNormal()
  target += normal_lpdf(w2_sigma | 0, w2_sigma_sigma) + log2();
  // w2 ~ Normal(0, w2_sigma), over Y_A
  target += normal_lpdf(w2_between | 0, w2_pilot_scale .* exp(w2_pilot_weight .* log(w2_sigma ./ w2_pilot_scale)));
  // w3_sigma ~ HalfNormal()
  target += normal_lpdf(w3_sigma | 0, w3_sigma_sigma) + log2();
  // w3 ~ Normal(0, w3_sigma), over A_Y
  target += normal_lpdf(w3_between | 0, w3_pilot_scale .* exp(w3_pilot_weight .* log(w3_sigma ./ w3_pilot_scale)));
  // v1_sigma ~ HalfNormal()
  target += normal_lpdf(v1_sigma | 0, v1_sigma_sigma) + log2();
  // v1 ~ Normal(0, v1_sigma), over AY
  target += std_normal_lpdf(v1_raw);
  // v2_sigma ~ HalfNormal()
  target += normal_lpdf(v2_sigma | 0, v2_sigma_sigma) + log2();
  // v2 ~ Normal(0, v2_sigma), over Y_A
  target += std_normal_lpdf(v2_raw);
  // v3_sigma ~ HalfNormal()
  target += normal_lpdf(v3_sigma | 0, v3_sigma_sigma) + log2();
  // v3 ~ Normal(0, v3_sigma), over A_Y
  target += std_normal_lpdf(v3_raw);
  // D_sigma ~ HalfNormal(), over D
  target += normal_lpdf(D_sigma | 0, D_sigma_sigma) + num_elements(D_sigma) * log2();
  // D_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(D_corr_cholesky | D_corr_eta);
  // D ~ MultiNormal([0, 0], D_sigma, D_corr), over district
  {
    array[N_district] vector[K_D] D_vectors;
    for (n in 1:N_district) {
      D_vectors[n] = D[n]';
    }
    target += multi_normal_cholesky_lpdf(D_vectors | [0, 0]', diag_pre_multiply(D_sigma, D_corr_cholesky));
  }
  vector[N] rent = X * b + AY * w1 + Y_A * w2 + A_Y * w3 + D[district, 1];  // rent = b @ X + w1 @ AY + w2 @ Y_A + w3 @ A_Y + D[0]
  vector[N] log_sd = X * g + AY * v1 + Y_A * v2 + A_Y * v3 + D[district, 2];  // log_sd = g @ X + v1 @ AY + v2 @ Y_A + v3 @ A_Y + D[1]
  // rentsqm ~ Normal(rent, exp(log_sd)), observed
  target += normal_lpdf(rentsqm | rent, exp(log_sd));
}
generated quantities {
  matrix[K_D_corr, K_D_corr] D_corr = multiply_lower_tri_self_transpose(D_corr_cholesky);
}
