// ChimpanzeeSlopes
// logit Pr(pulled_left) = g[tid] + alpha[actor, tid] + beta[block, tid]
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
  // Successes in cells of trials, without the number of orders in which they may have come.
  real binomial_logit_cells_lpdf(vector successes, vector trials, vector logit) {
    return dot_product(successes, logit) - dot_product(trials, log1p_exp(logit));
  }
}
data {
  int<lower=0> N_actor;  // units of actor
  int<lower=0> N_block;  // units of block
  int<lower=0> N_pulled_left_cells;  // cells of pulled_left
  int<lower=0> K_treatment;  // components of treatment
  int<lower=0> K_g_alpha_corr;  // components of g_alpha_corr
  int<lower=0> K_beta_corr;  // components of beta_corr
  array[N_pulled_left_cells] int<lower=1, upper=N_actor> pulled_left_cells_actor;  // the actor of each cell of pulled_left
  array[N_pulled_left_cells] int<lower=1, upper=N_block> pulled_left_cells_block;  // the block of each cell of pulled_left
  vector[N_pulled_left_cells] pulled_left_successes;  // successes of each cell of pulled_left
  vector[N_pulled_left_cells] pulled_left_trials;  // trials of each cell of pulled_left
  matrix[N_pulled_left_cells, K_treatment] pulled_left_cells_treatment;  // the columns of treatment for each cell of pulled_left
  vector<lower=0>[K_treatment] beta_sd_pilot_size;  // about how large beta_sd is
  // numbers in the declarations
  vector[K_treatment] g_alpha_mean_mu;
  vector<lower=0>[K_treatment] g_alpha_mean_sigma;
  vector<lower=0>[K_treatment] g_alpha_sd_sigma;
  real<lower=0> g_alpha_corr_eta;
  vector<lower=0>[K_treatment] beta_sd_sigma;
  real<lower=0> beta_corr_eta;
}
parameters {
  vector<multiplier=g_alpha_mean_sigma>[K_treatment] g_alpha_mean;
  vector<lower=0>[K_treatment] g_alpha_sd;
  cholesky_factor_corr[K_g_alpha_corr] g_alpha_corr_cholesky;
  matrix<multiplier=rep_vector(1, N_actor) * g_alpha_sd_sigma'>[N_actor, K_treatment] g_alpha;
  vector[K_treatment] beta_sd_soft;
  cholesky_factor_corr[K_beta_corr] beta_corr_cholesky;
  matrix[K_treatment, N_block] beta_raw;
}
transformed parameters {
  vector[K_treatment] beta_sd = softened(beta_sd_soft, beta_sd_pilot_size);
  matrix[N_block, K_treatment] beta = (diag_pre_multiply(beta_sd, beta_corr_cholesky) * beta_raw)';
}
model {
  // g_alpha_mean ~ Normal(), over treatment
  target += normal_lpdf(g_alpha_mean | g_alpha_mean_mu, g_alpha_mean_sigma);
  // g_alpha_sd ~ HalfNormal(), over treatment
  target += normal_lpdf(g_alpha_sd | 0, g_alpha_sd_sigma) + num_elements(g_alpha_sd) * log2();
  // g_alpha_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(g_alpha_corr_cholesky | g_alpha_corr_eta);
  // g_alpha ~ MultiNormal(g_alpha_mean, g_alpha_sd, g_alpha_corr), over actor, treatment
  {
    array[N_actor] vector[K_treatment] g_alpha_vectors;
    for (n in 1:N_actor) {
      g_alpha_vectors[n] = g_alpha[n]';
    }
    target += multi_normal_cholesky_lpdf(g_alpha_vectors | g_alpha_mean, diag_pre_multiply(g_alpha_sd, g_alpha_corr_cholesky));
  }
  // beta_sd ~ HalfNormal(), over treatment
  target += normal_lpdf(beta_sd | 0, beta_sd_sigma) + num_elements(beta_sd) * log2();
  target += log_slope_softened(beta_sd_soft, beta_sd_pilot_size);
  // beta_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(beta_corr_cholesky | beta_corr_eta);
  // beta ~ MultiNormal(0, beta_sd, beta_corr), over block, treatment
  target += std_normal_lpdf(to_vector(beta_raw));
  // pulled_left ~ Bernoulli(logit=g_alpha @ treatment + beta @ treatment), observed  (rows in cells)
  {
    vector[N_pulled_left_cells] pulled_left_logit = rows_dot_product(g_alpha[pulled_left_cells_actor], pulled_left_cells_treatment) + rows_dot_product(beta[pulled_left_cells_block], pulled_left_cells_treatment);
    target += binomial_logit_cells_lpdf(pulled_left_successes | pulled_left_trials, pulled_left_logit);
  }
}
generated quantities {
  matrix[K_g_alpha_corr, K_g_alpha_corr] g_alpha_corr = multiply_lower_tri_self_transpose(g_alpha_corr_cholesky);
  matrix[K_beta_corr, K_beta_corr] beta_corr = multiply_lower_tri_self_transpose(beta_corr_cholesky);
}
