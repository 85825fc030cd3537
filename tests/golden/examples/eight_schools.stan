// EightSchools
// Effects of coaching, each estimated with a known standard error.
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
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  vector[N] estimate;  // observed
  vector[N] se;  // 'se' of each row
  real<lower=0> spread_pilot_size;  // about how large spread is
  // numbers in the declarations
  real<lower=0> mean_sigma;
  real<lower=0> spread_sigma;
}
parameters {
  real mean;
  real spread_soft;
  vector[N_school] effect_raw;
}
transformed parameters {
  real spread = softened(spread_soft, spread_pilot_size);
  vector[N_school] effect = mean + spread * effect_raw;
}
model {
  // mean ~ Normal(0, 5)
  target += normal_lpdf(mean | 0, mean_sigma);
  // spread ~ HalfCauchy(5)
  target += cauchy_lpdf(spread | 0, spread_sigma) + log2();
  target += log_slope_softened(spread_soft, spread_pilot_size);
  // effect ~ Normal(mean, spread), over school
  target += std_normal_lpdf(effect_raw);
  // estimate ~ Normal(effect, data("se")), observed
  target += normal_lpdf(estimate | effect[school], se);
}
