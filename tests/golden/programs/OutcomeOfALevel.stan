// OutcomeOfALevel
// An outcome that lives at a level, beside one at the rows.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  vector[N_school] size;  // observed
  vector[N] y;  // observed
  vector<lower=0, upper=1>[N_school] a_pilot_weight;  // how far each school is centred
  real<lower=0> a_pilot_scale;  // about how large the scale of a is
  // numbers in the declarations
  real<lower=0> a_sigma;
  real<lower=0> size_sigma;
  real<lower=0> y_sigma;
}
parameters {
  vector<multiplier=a_pilot_scale>[N_school] a_between;
}
transformed parameters {
  vector[N_school] a = exp((1 - a_pilot_weight) * log(a_sigma / a_pilot_scale)) .* a_between;
}
model {
  // a ~ Normal(0, 1), over school
  target += normal_lpdf(a_between | 0, a_pilot_scale * exp(a_pilot_weight * log(a_sigma / a_pilot_scale)));
  // size ~ Normal(a, 3), over school, observed
  target += normal_lpdf(size | a, size_sigma);
  // y ~ Normal(a, 1), observed
  target += normal_lpdf(y | a[school], y_sigma);
}
