// Psychometric
// Pr(seen) = lapse / 2 + (1 - lapse) * Phi(slope * (contrast - threshold))
data {
  int<lower=0> N;  // rows
  array[N] int<lower=0> seen;  // observed
  vector[N] contrast;  // 'contrast' of each row
  array[N] int<lower=0> shown;  // 'shown' of each row
  // numbers in the declarations
  real<lower=0> lapse_alpha;
  real<lower=0> lapse_beta;
  real<lower=0> threshold_sigma;
  real<lower=0> slope_sigma;
}
parameters {
  real<lower=0, upper=1> lapse;
  real threshold;
  real<lower=0> slope;
}
model {
  // lapse ~ Beta(1, 20)
  target += beta_lpdf(lapse | lapse_alpha, lapse_beta);
  // threshold ~ Normal(0, 1)
  target += normal_lpdf(threshold | 0, threshold_sigma);
  // slope ~ LogNormal(0, 1)
  target += lognormal_lpdf(slope | 0, slope_sigma);
  vector[N] clean = Phi(slope * (contrast - threshold));  // clean = Phi(slope * (data("contrast") - threshold))
  // seen ~ Binomial(data("shown"), lapse / 2 + (1 - lapse) * clean), observed
  target += binomial_lpmf(seen | shown, lapse / 2.0 + (1 - lapse) * clean);
}
