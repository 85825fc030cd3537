// Feathers
// tarsus ~ sex + (1 | p | fosternest) + (1 | q | dam), sigma ~ 0 + sex, skew_normal
// back ~ s(hatchdate) + (1 | p | fosternest) + (1 | q | dam)
data {
  int<lower=0> N_2;  // rows
  int<lower=0> N_dam;  // units of dam
  int<lower=0> N_nest;  // units of nest
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_S;  // components of S
  int<lower=0> K_c_covariates;  // components of c_covariates
  int<lower=0> K_sex;  // components of sex
  int<lower=0> K_D;  // components of D
  int<lower=0> K_D_corr;  // components of D_corr
  int<lower=0> K_N;  // components of N
  int<lower=0> K_N_corr;  // components of N_corr
  array[N_2] int<lower=1, upper=N_dam> dam;  // the dam of each row
  array[N_2] int<lower=1, upper=N_nest> nest;  // the nest of each row
  vector[N_2] tarsus;  // observed
  vector[N_2] back;  // observed
  matrix[N_2, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  matrix[N_2, K_sex] sex;  // the columns of sex for each row
  matrix[N_2, K_c_covariates] c_covariates;  // the columns of c_covariates for each row
  matrix[N_2, K_S] S;  // the columns of S for each row
  vector<lower=0, upper=1>[K_S] w_pilot_weight;  // how far each coefficient is centred
  vector<lower=0>[K_S] w_pilot_scale;  // about how large the scale of w is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> w_sigma_sigma;
  vector[K_c_covariates] c_mu;
  vector[K_c_covariates] c_first;
  vector[K_c_covariates] c_at_c;
  vector[K_S] c_at_w;
  vector<lower=0>[K_c_covariates] c_sigma;
  vector[K_sex] log_sd_mu;
  vector<lower=0>[K_sex] log_sd_sigma;
  real<lower=0> skew_sigma;
  vector<lower=0>[K_D] D_sigma_sigma;
  real<lower=0> D_corr_eta;
  vector<lower=0>[K_N] N_sigma_sigma;
  real<lower=0> N_corr_eta;
  real<lower=0> back_sigma_sigma;
}
transformed data {
  matrix[N_2, K_c_covariates + K_S] back_columns = append_col(c_covariates, S);
}
parameters {
  vector[K_b_covariates] b_raw;
  vector[K_c_covariates] c_raw;
  vector<multiplier=log_sd_sigma>[K_sex] log_sd;
  real<lower=0> w_sigma;
  vector<multiplier=w_pilot_scale>[K_S] w_between;
  real skew;
  vector<lower=0>[K_D] D_sigma;
  cholesky_factor_corr[K_D_corr] D_corr_cholesky;
  matrix<multiplier=rep_vector(1, N_dam) * D_sigma_sigma'>[N_dam, K_D] D;
  vector<lower=0>[K_N] N_sigma;
  cholesky_factor_corr[K_N_corr] N_corr_cholesky;
  matrix<multiplier=rep_vector(1, N_nest) * N_sigma_sigma'>[N_nest, K_N] N;
  real<lower=0> back_sigma;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[K_S] w = exp((1 - w_pilot_weight) .* log(w_sigma ./ w_pilot_scale)) .* w_between;
  vector[K_c_covariates] c = c_mu + c_sigma .* c_raw;
  c = c - c_first * (dot_product(c_at_c, c) + dot_product(c_at_w, w));
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // c ~ Normal(), over c_covariates
  target += std_normal_lpdf(c_raw);
  // log_sd ~ Normal(), over sex
  target += normal_lpdf(log_sd | log_sd_mu, log_sd_sigma);
  // w_sigma ~ HalfNormal()
  target += normal_lpdf(w_sigma | 0, w_sigma_sigma) + log2();
  // w ~ Normal(0, w_sigma), over S
  target += normal_lpdf(w_between | 0, w_pilot_scale .* exp(w_pilot_weight .* log(w_sigma ./ w_pilot_scale)));
  // skew ~ Normal(0, 4)
  target += normal_lpdf(skew | 0, skew_sigma);
  // D_sigma ~ HalfNormal(), over D
  target += normal_lpdf(D_sigma | 0, D_sigma_sigma) + num_elements(D_sigma) * log2();
  // D_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(D_corr_cholesky | D_corr_eta);
  // D ~ MultiNormal([0, 0], D_sigma, D_corr), over dam
  {
    array[N_dam] vector[K_D] D_vectors;
    for (n in 1:N_dam) {
      D_vectors[n] = D[n]';
    }
    target += multi_normal_cholesky_lpdf(D_vectors | [0, 0]', diag_pre_multiply(D_sigma, D_corr_cholesky));
  }
  // N_sigma ~ HalfNormal(), over N
  target += normal_lpdf(N_sigma | 0, N_sigma_sigma) + num_elements(N_sigma) * log2();
  // N_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(N_corr_cholesky | N_corr_eta);
  // N ~ MultiNormal([0, 0], N_sigma, N_corr), over nest
  {
    array[N_nest] vector[K_N] N_vectors;
    for (n in 1:N_nest) {
      N_vectors[n] = N[n]';
    }
    target += multi_normal_cholesky_lpdf(N_vectors | [0, 0]', diag_pre_multiply(N_sigma, N_corr_cholesky));
  }
  // tarsus ~ SkewNormal(b @ b_covariates + D[0] + N[0], exp(log_sd @ sex), skew), observed
  target += skew_normal_lpdf(tarsus | b_covariates * b + D[dam, 1] + N[nest, 1], exp(sex * log_sd), skew);
  // back_sigma ~ HalfNormal()
  target += normal_lpdf(back_sigma | 0, back_sigma_sigma) + log2();
  // back ~ Normal(c @ c_covariates + w @ S + D[1] + N[1], back_sigma), observed
  target += normal_id_glm_lpdf(back | back_columns, D[dam, 2] + N[nest, 2], append_row(c, w), back_sigma);
}
generated quantities {
  matrix[K_D_corr, K_D_corr] D_corr = multiply_lower_tri_self_transpose(D_corr_cholesky);
  matrix[K_N_corr, K_N_corr] N_corr = multiply_lower_tri_self_transpose(N_corr_cholesky);
}
