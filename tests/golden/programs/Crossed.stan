// Crossed
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
  int<lower=0> N_school;  // units of school
  int<lower=0> N_region;  // units of region
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  array[N] int<lower=1, upper=N_region> region;  // the region of each row
  vector[N] y;  // observed
  real<lower=0> sd_pilot_size;  // about how large sd is
  vector<lower=0, upper=1>[N_school] of_school_pilot_weight;  // how far each school is centred
  real<lower=0> of_school_pilot_scale;  // about how large the scale of of_school is
  real<lower=0> of_region_sigma_pilot_size;  // about how large of_region_sigma is
  vector<lower=0, upper=1>[N_region] of_region_pilot_weight;  // how far each region is centred
  real<lower=0> of_region_pilot_scale;  // about how large the scale of of_region is
  // numbers in the declarations
  real<lower=0> sd_sigma;
  real<lower=0> of_region_sigma_sigma;
  real<lower=0> y_sigma;
}
parameters {
  real sd_soft;
  vector<multiplier=of_school_pilot_scale>[N_school] of_school_between;
  real of_region_sigma_soft;
  vector<multiplier=of_region_pilot_scale>[N_region] of_region_between;
}
transformed parameters {
  real sd = softened(sd_soft, sd_pilot_size);
  vector[N_school] of_school = exp((1 - of_school_pilot_weight) * log(sd / of_school_pilot_scale)) .* of_school_between;
  real of_region_sigma = softened(of_region_sigma_soft, of_region_sigma_pilot_size);
  vector[N_region] of_region = exp((1 - of_region_pilot_weight) * log(of_region_sigma / of_region_pilot_scale)) .* of_region_between;
}
model {
  // sd ~ HalfNormal(1)
  target += normal_lpdf(sd | 0, sd_sigma) + log2();
  target += log_slope_softened(sd_soft, sd_pilot_size);
  // of_school ~ Normal(0, sd), over school
  target += normal_lpdf(of_school_between | 0, of_school_pilot_scale * exp(of_school_pilot_weight * log(sd / of_school_pilot_scale)));
  // of_region_sigma ~ HalfNormal()
  target += normal_lpdf(of_region_sigma | 0, of_region_sigma_sigma) + log2();
  target += log_slope_softened(of_region_sigma_soft, of_region_sigma_pilot_size);
  // of_region ~ Normal(0, of_region_sigma), over region
  target += normal_lpdf(of_region_between | 0, of_region_pilot_scale * exp(of_region_pilot_weight * log(of_region_sigma / of_region_pilot_scale)));
  // y ~ Normal(of_school + of_region, 1), observed
  target += normal_lpdf(y | of_school[school] + of_region[region], y_sigma);
}
