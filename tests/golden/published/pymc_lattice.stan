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
  // Numbers whose covariance has this Cholesky factor, group by group, from independent ones.
  vector correlated(vector z, matrix root) {
    int n = rows(root);
    if (num_elements(z) == n) {
      return root * z;
    }
    return to_vector(root * to_matrix(z, n, num_elements(z) %/% n));
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
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=1, upper=N_area> area;  // the area of each row
  array[N] int<lower=0> cases;  // observed
  vector[N] expected;  // 'expected' of each row
  matrix[N_area, K_b_covariates] area_b_covariates;  // the columns of b_covariates for each area
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  matrix[N_area, N_area] edges_root;  // Cholesky factor of the matrix edges
  real<lower=0> theta_sigma_pilot_size;  // about how large theta_sigma is
  vector<lower=0, upper=1>[N_area] theta_pilot_weight;  // how far each area is centred
  real<lower=0> theta_pilot_scale;  // about how large the scale of theta is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> theta_sigma_sigma;
  real<lower=0> phi_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  real theta_sigma_soft;
  vector<multiplier=theta_pilot_scale>[N_area] theta_between;
  real<lower=0> phi_sigma;
  vector[N_area] phi_raw;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  real theta_sigma = softened(theta_sigma_soft, theta_sigma_pilot_size);
  vector[N_area] theta = exp((1 - theta_pilot_weight) * log(theta_sigma / theta_pilot_scale)) .* (theta_between - theta_pilot_weight .* (area_b_covariates * b));
  vector[N_area] phi = phi_sigma * correlated(phi_raw, edges_root);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // theta_sigma ~ HalfNormal()
  target += normal_lpdf(theta_sigma | 0, theta_sigma_sigma) + log2();
  target += log_slope_softened(theta_sigma_soft, theta_sigma_pilot_size);
  // theta ~ Normal(0, theta_sigma), over area
  target += normal_lpdf(theta_between | theta_pilot_weight .* (area_b_covariates * b), theta_pilot_scale * exp(theta_pilot_weight * log(theta_sigma / theta_pilot_scale)));
  // phi_sigma ~ HalfNormal()
  target += normal_lpdf(phi_sigma | 0, phi_sigma_sigma) + log2();
  // phi ~ ICAR(phi_sigma), over area, correlated by edges
  target += std_normal_lpdf(phi_raw);
  // cases ~ Poisson(log=b @ b_covariates + theta + phi + log(data("expected"))), observed
  target += poisson_log_lpmf(cases | b_covariates * b + theta[area] + phi[area] + log(expected));
}
