// TwoFactors
// score ~ normal(tau[test] + load[test] * eta[person, factor[test]], psi[test])
// eta[person] ~ MVN
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
  int<lower=0> N_person;  // units of person
  int<lower=0> N_test;  // units of test
  int<lower=0> K_eta_corr;  // components of eta_corr
  int<lower=0> K_factor;  // components of factor
  array[N] int<lower=1, upper=N_test> test;  // the test of each row
  array[N] int<lower=1, upper=N_person> person;  // the person of each row
  vector[N] score;  // observed
  matrix[N, K_factor] factor;  // the columns of factor for each row
  real<lower=0> tau_sigma_pilot_size;  // about how large tau_sigma is
  // numbers in the declarations
  real<lower=0> eta_corr_eta;
  real<lower=0> eta_sigma;
  real<lower=0> tau_sigma_sigma;
  real<lower=0> load_sigma_sigma;
  real<lower=0> psi_sigma_sigma;
}
parameters {
  cholesky_factor_corr[K_eta_corr] eta_corr_cholesky;
  matrix[K_factor, N_person] eta_raw;
  real tau_sigma_soft;
  vector[N_test] tau_raw;
  real<lower=0> load_sigma;
  vector<lower=0>[N_test] load;
  real<lower=0> psi_sigma;
  vector<lower=0>[N_test] psi;
}
transformed parameters {
  matrix[N_person, K_factor] eta = (diag_pre_multiply(rep_vector(eta_sigma, K_factor), eta_corr_cholesky) * eta_raw)';
  real tau_sigma = softened(tau_sigma_soft, tau_sigma_pilot_size);
  vector[N_test] tau = tau_sigma * tau_raw;
}
model {
  // eta_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(eta_corr_cholesky | eta_corr_eta);
  // eta ~ MultiNormal(0, 1, eta_corr), over person, factor
  target += std_normal_lpdf(to_vector(eta_raw));
  // tau_sigma ~ HalfNormal()
  target += normal_lpdf(tau_sigma | 0, tau_sigma_sigma) + log2();
  target += log_slope_softened(tau_sigma_soft, tau_sigma_pilot_size);
  // tau ~ Normal(0, tau_sigma), over test
  target += std_normal_lpdf(tau_raw);
  // load_sigma ~ HalfNormal()
  target += normal_lpdf(load_sigma | 0, load_sigma_sigma) + log2();
  // load ~ HalfNormal(load_sigma), over test
  target += normal_lpdf(load | 0, load_sigma) + num_elements(load) * log2();
  // psi_sigma ~ HalfNormal()
  target += normal_lpdf(psi_sigma | 0, psi_sigma_sigma) + log2();
  // psi ~ HalfNormal(psi_sigma), over test
  target += normal_lpdf(psi | 0, psi_sigma) + num_elements(psi) * log2();
  // score ~ Normal(tau + load * (eta @ factor), psi), observed
  target += normal_lpdf(score | tau[test] + load[test] .* rows_dot_product(eta[person], factor), psi[test]);
}
generated quantities {
  matrix[K_eta_corr, K_eta_corr] eta_corr = multiply_lower_tri_self_transpose(eta_corr_cholesky);
}
