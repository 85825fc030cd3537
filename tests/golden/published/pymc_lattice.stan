// Lattice
// cases ~ poisson(expected * exp(a + b * x + theta[area] + phi[area]))
// phi intrinsic autoregressive
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
  int<lower=0> N_area;  // units of area
  int<lower=0> K_waves;  // components of waves
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=1, upper=N_area> area;  // the area of each row
  array[N] int<lower=0> cases;  // observed
  vector[N] expected;  // 'expected' of each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  matrix[N, K_waves] waves;  // the columns of waves for each row
  vector<lower=0, upper=1>[K_waves] phi_pilot_weight;  // how far each coefficient is centred
  vector<lower=0>[K_waves] phi_pilot_scale;  // about how large the scale of phi is
  real<lower=0> theta_sigma_pilot_size;  // about how large theta_sigma is
  // numbers in the declarations
  real<lower=0> s_sigma;
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector[K_waves] b_at_phi;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> theta_sigma_sigma;
}
transformed data {
  matrix[N, K_b_covariates + K_waves] cases_columns = append_col(b_covariates, waves);
}
parameters {
  vector[K_b_covariates] b_raw;
  real theta_sigma_soft;
  vector[N_area] theta_raw;
  real<lower=0> s;
  vector<multiplier=phi_pilot_scale>[K_waves] phi_between;
}
transformed parameters {
  vector[K_waves] phi = exp((1 - phi_pilot_weight) .* log(s ./ phi_pilot_scale)) .* phi_between;
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * (dot_product(b_at_b, b) + dot_product(b_at_phi, phi));
  real theta_sigma = softened(theta_sigma_soft, theta_sigma_pilot_size);
  vector[N_area] theta = theta_sigma * theta_raw;
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // theta_sigma ~ HalfNormal()
  target += normal_lpdf(theta_sigma | 0, theta_sigma_sigma) + log2();
  target += log_slope_softened(theta_sigma_soft, theta_sigma_pilot_size);
  // theta ~ Normal(0, theta_sigma), over area
  target += std_normal_lpdf(theta_raw);
  // s ~ HalfNormal()
  target += normal_lpdf(s | 0, s_sigma) + log2();
  // phi ~ Normal(0, s), over waves
  target += normal_lpdf(phi_between | 0, phi_pilot_scale .* exp(phi_pilot_weight .* log(s ./ phi_pilot_scale)));
  // cases ~ Poisson(log=log_rate + log(data("expected"))), observed
  target += poisson_log_glm_lpmf(cases | cases_columns, theta[area] + log(expected), append_row(b, phi));
}
