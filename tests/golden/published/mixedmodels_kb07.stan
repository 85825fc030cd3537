// Kb07
// rt ~ spkr * prec * load + (1 + spkr + prec + load | subj) + (1 + prec | item)
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
  int<lower=0> N_subj;  // units of subj
  int<lower=0> N_item;  // units of item
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_S_covariates;  // components of S_covariates
  int<lower=0> K_S_corr;  // components of S_corr
  int<lower=0> K_T_covariates;  // components of T_covariates
  int<lower=0> K_T_corr;  // components of T_corr
  array[N] int<lower=1, upper=N_subj> subj;  // the subj of each row
  array[N] int<lower=1, upper=N_item> item;  // the item of each row
  vector[N] rt;  // observed
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  matrix[N, K_S_covariates] S_covariates;  // the columns of S_covariates for each row
  matrix[N, K_T_covariates] T_covariates;  // the columns of T_covariates for each row
  vector<lower=0>[K_S_covariates] S_sd_pilot_size;  // about how large S_sd is
  vector<lower=0>[K_T_covariates] T_sd_pilot_size;  // about how large T_sd is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  vector<lower=0>[K_S_covariates] S_sd_sigma;
  real<lower=0> S_corr_eta;
  vector<lower=0>[K_T_covariates] T_sd_sigma;
  real<lower=0> T_corr_eta;
  real<lower=0> rt_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  vector[K_S_covariates] S_sd_soft;
  cholesky_factor_corr[K_S_corr] S_corr_cholesky;
  matrix[K_S_covariates, N_subj] S_raw;
  vector[K_T_covariates] T_sd_soft;
  cholesky_factor_corr[K_T_corr] T_corr_cholesky;
  matrix[K_T_covariates, N_item] T_raw;
  real<lower=0> rt_sigma;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[K_S_covariates] S_sd = softened(S_sd_soft, S_sd_pilot_size);
  matrix[N_subj, K_S_covariates] S = (diag_pre_multiply(S_sd, S_corr_cholesky) * S_raw)';
  vector[K_T_covariates] T_sd = softened(T_sd_soft, T_sd_pilot_size);
  matrix[N_item, K_T_covariates] T_ = (diag_pre_multiply(T_sd, T_corr_cholesky) * T_raw)';
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // S_sd ~ HalfNormal(), over S_covariates
  target += normal_lpdf(S_sd | 0, S_sd_sigma) + num_elements(S_sd) * log2();
  target += log_slope_softened(S_sd_soft, S_sd_pilot_size);
  // S_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(S_corr_cholesky | S_corr_eta);
  // S ~ MultiNormal(0, S_sd, S_corr), over subj, S_covariates
  target += std_normal_lpdf(to_vector(S_raw));
  // T_sd ~ HalfNormal(), over T_covariates
  target += normal_lpdf(T_sd | 0, T_sd_sigma) + num_elements(T_sd) * log2();
  target += log_slope_softened(T_sd_soft, T_sd_pilot_size);
  // T_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(T_corr_cholesky | T_corr_eta);
  // T ~ MultiNormal(0, T_sd, T_corr), over item, T_covariates
  target += std_normal_lpdf(to_vector(T_raw));
  // rt_sigma ~ HalfNormal()
  target += normal_lpdf(rt_sigma | 0, rt_sigma_sigma) + log2();
  // rt ~ Normal(b @ b_covariates + S @ S_covariates + T @ T_covariates, rt_sigma), observed
  target += normal_id_glm_lpdf(rt | b_covariates, rows_dot_product(S[subj], S_covariates) + rows_dot_product(T_[item], T_covariates), b, rt_sigma);
}
generated quantities {
  matrix[K_S_corr, K_S_corr] S_corr = multiply_lower_tri_self_transpose(S_corr_cholesky);
  matrix[K_T_corr, K_T_corr] T_corr = multiply_lower_tri_self_transpose(T_corr_cholesky);
}
