// Crossed
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  int<lower=0> N_region;  // units of region
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  array[N] int<lower=1, upper=N_region> region;  // the region of each row
  vector[N] y;  // observed
  // numbers in the declarations
  real<lower=0> sd_sigma;
  real<lower=0> of_region_sigma_sigma;
  real<lower=0> y_sigma;
}
parameters {
  real<lower=0> sd;
  vector[N_school] of_school_raw;
  real<lower=0> of_region_sigma;
  vector[N_region] of_region_raw;
}
transformed parameters {
  vector[N_school] of_school = sd * of_school_raw;
  vector[N_region] of_region = of_region_sigma * of_region_raw;
}
model {
  // sd ~ HalfNormal(1)
  target += normal_lpdf(sd | 0, sd_sigma) + log2();
  // of_school ~ Normal(0, sd), over school
  target += std_normal_lpdf(of_school_raw);
  // of_region_sigma ~ HalfNormal()
  target += normal_lpdf(of_region_sigma | 0, of_region_sigma_sigma) + log2();
  // of_region ~ Normal(0, of_region_sigma), over region
  target += std_normal_lpdf(of_region_raw);
  // y ~ Normal(of_school + of_region, 1), observed
  target += normal_lpdf(y | of_school[school] + of_region[region], y_sigma);
}
