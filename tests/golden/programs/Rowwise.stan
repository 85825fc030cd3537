// Rowwise
// Observation-level effects and a latent covariate.
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
  vector[N] x;  // observed
  array[N] int<lower=0> count;  // observed
  vector[N] se;  // 'se' of each row
  real<lower=0> sd_pilot_size;  // about how large sd is
  vector<lower=0, upper=1>[N] truth_pilot_weight;  // how far each row is centred
  real<lower=0> truth_pilot_scale;  // about how large the scale of truth is
  // numbers in the declarations
  real<lower=0> sd_sigma;
  real<lower=0> b_sigma;
  real<lower=0> truth_sigma;
}
parameters {
  real sd_soft;
  real b;
  vector[N] e_raw;
  vector<multiplier=truth_pilot_scale>[N] truth_between;
}
transformed parameters {
  real sd = softened(sd_soft, sd_pilot_size);
  vector[N] e = sd * e_raw;
  vector[N] truth = exp((1 - truth_pilot_weight) * log(truth_sigma / truth_pilot_scale)) .* truth_between;
}
model {
  // sd ~ HalfNormal(1)
  target += normal_lpdf(sd | 0, sd_sigma) + log2();
  target += log_slope_softened(sd_soft, sd_pilot_size);
  // b ~ Normal(0, 1)
  target += normal_lpdf(b | 0, b_sigma);
  // e ~ Normal(0, sd), over rows
  target += std_normal_lpdf(e_raw);
  // truth ~ Normal(0, 1), over rows
  target += normal_lpdf(truth_between | 0, truth_pilot_scale * exp(truth_pilot_weight * log(truth_sigma / truth_pilot_scale)));
  // x ~ Normal(truth, data("se")), observed
  target += normal_lpdf(x | truth, se);
  // count ~ Poisson(log=b * truth + e), observed
  target += poisson_log_lpmf(count | b * truth + e);
}
