// Crossed
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  int<lower=0> N_region;  // units of region
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  array[N] int<lower=1, upper=N_region> region;  // the region of each row
  vector[N] y;  // observed
  vector<lower=0, upper=1>[N_school] of_school_pilot_weight;  // how far each school is centred
  real<lower=0> of_school_pilot_scale;  // about how large the scale of of_school is
  vector<lower=0, upper=1>[N_region] of_region_pilot_weight;  // how far each region is centred
  real<lower=0> of_region_pilot_scale;  // about how large the scale of of_region is
  // numbers in the declarations
  real<lower=0> sd_sigma;
  real<lower=0> of_region_sigma_sigma;
  real<lower=0> y_sigma;
}
parameters {
  real<lower=0> sd;
  vector<multiplier=of_school_pilot_scale>[N_school] of_school_between;
  real<lower=0> of_region_sigma;
  vector<multiplier=of_region_pilot_scale>[N_region] of_region_between;
}
transformed parameters {
  vector[N_school] of_school = exp((1 - of_school_pilot_weight) * log(sd / of_school_pilot_scale)) .* of_school_between;
  vector[N_region] of_region = exp((1 - of_region_pilot_weight) * log(of_region_sigma / of_region_pilot_scale)) .* of_region_between;
}
model {
  // sd ~ HalfNormal(1)
  target += normal_lpdf(sd | 0, sd_sigma) + log2();
  // of_school ~ Normal(0, sd), over school
  target += normal_lpdf(of_school_between | 0, of_school_pilot_scale * exp(of_school_pilot_weight * log(sd / of_school_pilot_scale)));
  // of_region_sigma ~ HalfNormal()
  target += normal_lpdf(of_region_sigma | 0, of_region_sigma_sigma) + log2();
  // of_region ~ Normal(0, of_region_sigma), over region
  target += normal_lpdf(of_region_between | 0, of_region_pilot_scale * exp(of_region_pilot_weight * log(of_region_sigma / of_region_pilot_scale)));
  // y ~ Normal(of_school + of_region, 1), observed
  target += normal_lpdf(y | of_school[school] + of_region[region], y_sigma);
}
