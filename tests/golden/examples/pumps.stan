// Pumps
// Failures per 1,000 hours.
functions {
  // Sums of lgamma(a + n) - lgamma(a), each as often as `times` says, without differences of large numbers.
  real log_rising_factorials(vector n, vector times, real a) {
    return dot_product(times, lgamma(n + 1) - log(a + n) - lbeta(a, n + 1));
  }
  real log_rising_factorials(vector n, vector times, vector a) {
    return dot_product(times, lgamma(n + 1) - log(a + n) - lbeta(a, n + 1));
  }
  // What units' exposures have in the density of totals whose rates are gamma with shape a and rate b: of each
  // exposure, -a log(1 + exposure / b) as often as `times` says, less its total times log(b + exposure).
  real gamma_exposures(vector exposure, vector total, vector times, real a, real b) {
    return -a * dot_product(times, log1p(exposure / b)) - dot_product(total, log(b + exposure));
  }
  real gamma_exposures(vector exposure, vector total, vector times, vector a, vector b) {
    return -dot_product(times .* a, log1p(exposure ./ b)) - dot_product(total, log(b + exposure));
  }
}
data {
  int<lower=0> N_pump;  // units of pump
  int<lower=0> rate_distinct_exposures;  // distinct exposures of units of rate
  int<lower=0> rate_distinct_totals;  // distinct totals of units of rate
  real failures_constant;  // what no quantity changes in the log density of failures
  vector[rate_distinct_exposures] failures_exposure;  // sums of the known exposures of failures
  vector[rate_distinct_totals] rate_totals;  // sums of the outcomes of units of rate
  vector[rate_distinct_totals] rate_totals_units;  // units of rate with each of the totals
  vector[rate_distinct_exposures] rate_exposed_totals;  // sums of the outcomes of units that agree in their exposures, of rate
  vector[rate_distinct_exposures] rate_exposed_units;  // units of rate with each of the exposures
  // numbers in the declarations
  real<lower=0> shape_beta;
  real<lower=0> inverse_scale_alpha;
  real<lower=0> inverse_scale_beta;
}
parameters {
  real<lower=0> shape;
  real<lower=0> inverse_scale;
}
model {
  // shape ~ Exponential(1)
  target += exponential_lpdf(shape | shape_beta);
  // inverse_scale ~ Gamma(0.1, 1)
  target += gamma_lpdf(inverse_scale | inverse_scale_alpha, inverse_scale_beta);
  // failures ~ Poisson(rate * data("hours")), observed
  // with rate ~ Gamma(shape, inverse_scale), over pump integrated out: negative binomial, from sums by unit
  // rate comes back by exact draws from Gamma(shape + its total, rate + its exposure), given the draws here
  target += failures_constant + log_rising_factorials(rate_totals, rate_totals_units, shape);
  target += gamma_exposures(failures_exposure, rate_exposed_totals, rate_exposed_units, shape, inverse_scale);
}
