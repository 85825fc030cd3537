// Shifted
// rt ~ cond + (cond | subj), shifted_lognormal
functions {
  // The log-normal distribution of what lies above `shift`.
  real shifted_lognormal_lpdf(real y, real mu, real sigma, real shift) {
    return y > shift ? lognormal_lpdf(y - shift | mu, sigma) : negative_infinity();
  }
  real shifted_lognormal_lcdf(real y, real mu, real sigma, real shift) {
    return y > shift ? lognormal_lcdf(y - shift | mu, sigma) : negative_infinity();
  }
  real shifted_lognormal_lccdf(real y, real mu, real sigma, real shift) {
    return y > shift ? lognormal_lccdf(y - shift | mu, sigma) : 0;
  }
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
  int<lower=0> K_B_covariates;  // components of B_covariates
  int<lower=0> K_B_corr;  // components of B_corr
  array[N] int<lower=1, upper=N_subj> subj;  // the subj of each row
  vector<lower=0>[N] rt;  // observed
  matrix[N, K_B_covariates] B_covariates;  // the columns of B_covariates for each row
  vector<lower=0>[K_B_covariates] B_sd_pilot_size;  // about how large B_sd is
  // numbers in the declarations
  vector[K_B_covariates] B_mean_mu;
  vector[K_B_covariates] B_mean_first;
  vector[K_B_covariates] B_mean_at_B_mean;
  vector<lower=0>[K_B_covariates] B_mean_sigma;
  vector<lower=0>[K_B_covariates] B_sd_sigma;
  real<lower=0> B_corr_eta;
  real<lower=0> rt_sigma_sigma;
  real rt_shift_alpha;
  real rt_shift_beta;
}
parameters {
  vector[K_B_covariates] B_mean_raw;
  vector[K_B_covariates] B_sd_soft;
  cholesky_factor_corr[K_B_corr] B_corr_cholesky;
  matrix[K_B_covariates, N_subj] B_raw;
  real<lower=0> rt_sigma;
  real<lower=rt_shift_alpha, upper=rt_shift_beta> rt_shift;
}
transformed parameters {
  vector[K_B_covariates] B_mean = B_mean_mu + B_mean_sigma .* B_mean_raw;
  B_mean = B_mean - B_mean_first * dot_product(B_mean_at_B_mean, B_mean);
  vector[K_B_covariates] B_sd = softened(B_sd_soft, B_sd_pilot_size);
  matrix[N_subj, K_B_covariates] B = rep_matrix(B_mean', N_subj) + (diag_pre_multiply(B_sd, B_corr_cholesky) * B_raw)';
}
model {
  // B_mean ~ Normal(), over B_covariates
  target += std_normal_lpdf(B_mean_raw);
  // B_sd ~ HalfNormal(), over B_covariates
  target += normal_lpdf(B_sd | 0, B_sd_sigma) + num_elements(B_sd) * log2();
  target += log_slope_softened(B_sd_soft, B_sd_pilot_size);
  // B_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(B_corr_cholesky | B_corr_eta);
  // B ~ MultiNormal(B_mean, B_sd, B_corr), over subj, B_covariates
  target += std_normal_lpdf(to_vector(B_raw));
  // rt_sigma ~ HalfNormal()
  target += normal_lpdf(rt_sigma | 0, rt_sigma_sigma) + log2();
  // rt_shift ~ Uniform(alpha=0)
  target += uniform_lpdf(rt_shift | rt_shift_alpha, rt_shift_beta);
  // rt ~ ShiftedLogNormal(B @ B_covariates, rt_sigma, rt_shift), observed
  {
    vector[N] rt_mu = rows_dot_product(B[subj], B_covariates);
    for (n in 1:N) {
      target += shifted_lognormal_lpdf(rt[n] | rt_mu[n], rt_sigma, rt_shift);
    }
  }
}
generated quantities {
  matrix[K_B_corr, K_B_corr] B_corr = multiply_lower_tri_self_transpose(B_corr_cholesky);
}
