// Pairs
// A quantity for every pair of units of two levels.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_region;  // units of region
  int<lower=0> N_school_region;  // units of school x region
  array[N_school_region] int<lower=1, upper=N_region> school_region_region;  // the region of each school x region
  array[N] int<lower=1, upper=N_school_region> school_region;  // the school and region of each row
  array[N] int<lower=1, upper=N_region> region;  // the region of each row
  vector[N] y;  // observed
  // numbers in the declarations
  real<lower=0> sd_sigma;
  real<lower=0> of_region_sigma;
  real<lower=0> y_sigma;
}
parameters {
  real<lower=0> sd;
  vector[N_region] of_region;
  vector[N_school_region] pair_raw;
}
transformed parameters {
  vector[N_school_region] pair = of_region[school_region_region] + sd * pair_raw;
  vector[N_region] half = of_region / 2.0;  // half = of_region / 2
}
model {
  // sd ~ HalfNormal(1)
  target += normal_lpdf(sd | 0, sd_sigma) + log2();
  // of_region ~ Normal(0, 1), over region
  target += normal_lpdf(of_region | 0, of_region_sigma);
  // pair ~ Normal(of_region, sd), over school, region
  target += std_normal_lpdf(pair_raw);
  // y ~ Normal(pair + half, 1), observed
  target += normal_lpdf(y | pair[school_region] + half[region], y_sigma);
}
