// Rowwise
// Observation-level effects and a latent covariate.
data {
  int<lower=0> N;  // rows
  vector[N] x;  // observed
  array[N] int<lower=0> count;  // observed
  vector[N] se;  // 'se' of each row
  vector<lower=0, upper=1>[N] truth_pilot_weight;  // how far each row is centred
  real<lower=0> truth_pilot_scale;  // about how large the scale of truth is
  // numbers in the declarations
  real<lower=0> sd_sigma;
  real<lower=0> b_sigma;
  real<lower=0> truth_sigma;
}
parameters {
  real<lower=0> sd;
  real b;
  vector[N] e_raw;
  vector<multiplier=truth_pilot_scale>[N] truth_between;
}
transformed parameters {
  vector[N] e = sd * e_raw;
  vector[N] truth = exp((1 - truth_pilot_weight) * log(truth_sigma / truth_pilot_scale)) .* truth_between;
}
model {
  // sd ~ HalfNormal(1)
  target += normal_lpdf(sd | 0, sd_sigma) + log2();
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
