// Pairs
// A quantity for every pair of units of two levels.
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
  int<lower=0> N_region;  // units of region
  int<lower=0> N_school_region;  // units of school x region
  array[N_school_region] int<lower=1, upper=N_region> school_region_region;  // the region of each school x region
  array[N] int<lower=1, upper=N_school_region> school_region;  // the school and region of each row
  array[N] int<lower=1, upper=N_region> region;  // the region of each row
  vector[N] y;  // observed
  real<lower=0> sd_pilot_size;  // about how large sd is
  // numbers in the declarations
  real<lower=0> sd_sigma;
  real<lower=0> of_region_sigma;
  real<lower=0> y_sigma;
}
parameters {
  real sd_soft;
  vector[N_region] of_region;
  vector[N_school_region] pair_raw;
}
transformed parameters {
  real sd = softened(sd_soft, sd_pilot_size);
  vector[N_school_region] pair = of_region[school_region_region] + sd * pair_raw;
  vector[N_region] half = of_region / 2.0;  // half = of_region / 2
}
model {
  // sd ~ HalfNormal(1)
  target += normal_lpdf(sd | 0, sd_sigma) + log2();
  target += log_slope_softened(sd_soft, sd_pilot_size);
  // of_region ~ Normal(0, 1), over region
  target += normal_lpdf(of_region | 0, of_region_sigma);
  // pair ~ Normal(of_region, sd), over school, region
  target += std_normal_lpdf(pair_raw);
  // y ~ Normal(pair + half, 1), observed
  target += normal_lpdf(y | pair[school_region] + half[region], y_sigma);
}
