// Exposure
// A response to a true exposure of which only a noisy reading is known.
data {
  int<lower=0> N;  // rows
  vector[N] reading;  // observed
  vector[N] response;  // observed
  vector[N] se;  // 'se' of each row
  vector<lower=0, upper=1>[N] exposure_pilot_weight;  // how far each row is centred
  real<lower=0> exposure_pilot_scale;  // about how large the scale of exposure is
  // numbers in the declarations
  real<lower=0> center_sigma;
  real<lower=0> spread_sigma;
  real<lower=0> intercept_sigma;
  real<lower=0> slope_sigma;
  real<lower=0> noise_sigma;
}
parameters {
  real center;
  real<lower=0> spread;
  real intercept;
  real slope;
  real<lower=0> noise;
  vector<multiplier=exposure_pilot_scale>[N] exposure_between;
}
transformed parameters {
  vector[N] exposure = center + exp((1 - exposure_pilot_weight) * log(spread / exposure_pilot_scale)) .* (exposure_between - exposure_pilot_weight * center);
}
model {
  // center ~ Normal(0, 1)
  target += normal_lpdf(center | 0, center_sigma);
  // spread ~ HalfNormal(1)
  target += normal_lpdf(spread | 0, spread_sigma) + log2();
  // intercept ~ Normal(0, 1)
  target += normal_lpdf(intercept | 0, intercept_sigma);
  // slope ~ Normal(0, 2)
  target += normal_lpdf(slope | 0, slope_sigma);
  // noise ~ HalfNormal(1)
  target += normal_lpdf(noise | 0, noise_sigma) + log2();
  // exposure ~ Normal(center, spread), over rows
  target += normal_lpdf(exposure_between | exposure_pilot_weight * center, exposure_pilot_scale * exp(exposure_pilot_weight * log(spread / exposure_pilot_scale)));
  // reading ~ Normal(exposure, data("se")), observed
  target += normal_lpdf(reading | exposure, se);
  // response ~ Normal(intercept + slope * exposure, noise), observed
  target += normal_lpdf(response | intercept + slope * exposure, noise);
}
