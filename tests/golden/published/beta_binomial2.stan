// BetaBinomial2
// incidence | vint(size) ~ period + (1 | herd), beta_binomial2
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
  int<lower=0> N_herd;  // units of herd
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=1, upper=N_herd> herd;  // the herd of each row
  array[N] int<lower=0> incidence;  // observed
  array[N] int<lower=0> size;  // 'size' of each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  real<lower=0> H_sigma_pilot_size;  // about how large H_sigma is
  vector<lower=0, upper=1>[N_herd] H_pilot_weight;  // how far each herd is centred
  real<lower=0> H_pilot_scale;  // about how large the scale of H is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> phi_alpha;
  real<lower=0> phi_beta;
  real<lower=0> H_sigma_sigma;
  vector[K_b_covariates] H_at_b;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> phi;
  real H_sigma_soft;
  vector<multiplier=H_pilot_scale>[N_herd] H_between;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  real H_sigma = softened(H_sigma_soft, H_sigma_pilot_size);
  vector[N_herd] H = exp((1 - H_pilot_weight) * log(H_sigma / H_pilot_scale)) .* (H_between - H_pilot_weight * dot_product(H_at_b, b));
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // phi ~ Gamma(0.1, 0.1)
  target += gamma_lpdf(phi | phi_alpha, phi_beta);
  // H_sigma ~ HalfNormal()
  target += normal_lpdf(H_sigma | 0, H_sigma_sigma) + log2();
  target += log_slope_softened(H_sigma_soft, H_sigma_pilot_size);
  // H ~ Normal(0, H_sigma), over herd
  target += normal_lpdf(H_between | H_pilot_weight * dot_product(H_at_b, b), H_pilot_scale * exp(H_pilot_weight * log(H_sigma / H_pilot_scale)));
  // incidence ~ BetaBinomial(data("size"), logit=b @ b_covariates + H, concentration=phi), observed
  target += beta_binomial_lpmf(incidence | size, inv_logit(b_covariates * b + H[herd]) * phi, inv_logit(-(b_covariates * b + H[herd])) * phi);
}
