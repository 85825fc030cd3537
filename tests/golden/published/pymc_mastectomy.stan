// Mastectomy
// died ~ poisson(exposure * lambda0[year] * exp(b * metastized + f[patient]))
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
  int<lower=0> N_year;  // units of year
  int<lower=0> N_patient;  // units of patient
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=1, upper=N_year> year;  // the year of each row
  array[N] int<lower=1, upper=N_patient> patient;  // the patient of each row
  array[N] int<lower=0> died;  // observed
  vector[N] exposure_2;  // 'exposure' of each row
  matrix[N_patient, K_b_covariates] patient_b_covariates;  // the columns of b_covariates for each patient
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  real<lower=0> lambda0_sd_pilot_size;  // about how large lambda0_sd is
  vector<lower=0, upper=1>[N_year] lambda0_pilot_weight;  // how far each year is centred
  real<lower=0> lambda0_pilot_scale;  // about how large the scale of lambda0 is
  real<lower=0> f_sigma_pilot_size;  // about how large f_sigma is
  vector<lower=0, upper=1>[N_patient] f_pilot_weight;  // how far each patient is centred
  real<lower=0> f_pilot_scale;  // about how large the scale of f is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector<lower=0>[K_b_covariates] b_sigma;
  real lambda0_mean_mu;
  vector[K_b_covariates] lambda0_mean_at_b;
  real<lower=0> lambda0_mean_sigma;
  real<lower=0> lambda0_sd_sigma;
  vector[K_b_covariates] lambda0_at_b;
  real<lower=0> f_sigma_sigma;
}
transformed data {
  vector[N] exposure = exposure_2;  // exposure = data("exposure")
}
parameters {
  vector<multiplier=b_sigma>[K_b_covariates] b;
  real lambda0_mean_raw;
  real lambda0_sd_soft;
  vector<multiplier=lambda0_pilot_scale>[N_year] lambda0_between;
  real f_sigma_soft;
  vector<multiplier=f_pilot_scale>[N_patient] f_between;
}
transformed parameters {
  real lambda0_mean = lambda0_mean_mu - dot_product(lambda0_mean_at_b, b) + lambda0_mean_sigma * lambda0_mean_raw;
  real lambda0_sd = softened(lambda0_sd_soft, lambda0_sd_pilot_size);
  vector[N_year] lambda0 = lambda0_mean + exp((1 - lambda0_pilot_weight) * log(lambda0_sd / lambda0_pilot_scale)) .* (lambda0_between - lambda0_pilot_weight * (lambda0_mean + dot_product(lambda0_at_b, b)));
  real f_sigma = softened(f_sigma_soft, f_sigma_pilot_size);
  vector[N_patient] f = exp((1 - f_pilot_weight) * log(f_sigma / f_pilot_scale)) .* (f_between - f_pilot_weight .* (patient_b_covariates * b));
}
model {
  // b ~ Normal(), over b_covariates
  target += normal_lpdf(b | b_mu, b_sigma);
  // lambda0_mean ~ Normal()
  target += std_normal_lpdf(lambda0_mean_raw);
  // lambda0_sd ~ HalfNormal()
  target += normal_lpdf(lambda0_sd | 0, lambda0_sd_sigma) + log2();
  target += log_slope_softened(lambda0_sd_soft, lambda0_sd_pilot_size);
  // lambda0 ~ Normal(lambda0_mean, lambda0_sd), over year
  target += normal_lpdf(lambda0_between | lambda0_pilot_weight * (lambda0_mean + dot_product(lambda0_at_b, b)), lambda0_pilot_scale * exp(lambda0_pilot_weight * log(lambda0_sd / lambda0_pilot_scale)));
  // f_sigma ~ HalfNormal()
  target += normal_lpdf(f_sigma | 0, f_sigma_sigma) + log2();
  target += log_slope_softened(f_sigma_soft, f_sigma_pilot_size);
  // f ~ Normal(0, f_sigma), over patient
  target += normal_lpdf(f_between | f_pilot_weight .* (patient_b_covariates * b), f_pilot_scale * exp(f_pilot_weight * log(f_sigma / f_pilot_scale)));
  // died ~ Poisson(log=lambda0 + b @ b_covariates + f + log(exposure)), observed
  target += poisson_log_lpmf(died | lambda0[year] + b_covariates * b + f[patient] + log(exposure));
}
