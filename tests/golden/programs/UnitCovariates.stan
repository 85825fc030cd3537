// UnitCovariates
// A covariate at the level of the line that uses it, directly and through expressions.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  vector[N] y;  // observed
  vector[N_school] school_size;  // 'size' of each school
  vector[N] x;  // 'x' of each row
  vector<lower=0, upper=1>[N_school] of_school_pilot_weight;  // how far each school is centred
  real<lower=0> of_school_pilot_scale;  // about how large the scale of of_school is
  // numbers in the declarations
  real<lower=0> b_sigma;
  real<lower=0> c_sigma;
  real<lower=0> of_school_sigma;
  real of_school_at_c;
  real of_school_at_b;
  real<lower=0> y_sigma;
}
parameters {
  real b;
  real c;
  vector<multiplier=of_school_pilot_scale>[N_school] of_school_between;
}
transformed parameters {
  vector[N_school] part = b * school_size;  // part = b * data("size")
  vector[N_school] whole = part + c;  // whole = part + c
  vector[N_school] of_school = whole + exp((1 - of_school_pilot_weight) * log(of_school_sigma / of_school_pilot_scale)) .* (of_school_between - of_school_pilot_weight .* (whole + of_school_at_c * c + of_school_at_b * b));
}
model {
  // b ~ Normal(0, 1)
  target += normal_lpdf(b | 0, b_sigma);
  // c ~ Normal(0, 1)
  target += normal_lpdf(c | 0, c_sigma);
  // of_school ~ Normal(whole, 1), over school
  target += normal_lpdf(of_school_between | of_school_pilot_weight .* (whole + of_school_at_c * c + of_school_at_b * b), of_school_pilot_scale * exp(of_school_pilot_weight * log(of_school_sigma / of_school_pilot_scale)));
  // y ~ Normal(of_school + c * data("x"), 1), observed
  target += normal_lpdf(y | of_school[school] + c * x, y_sigma);
}
