// Rats
// The probability of a tumour in each experiment.
functions {
  // Sums of lgamma(a + n) - lgamma(a), each as often as `times` says, without differences of large numbers.
  real log_rising_factorials(vector n, vector times, real a) {
    return dot_product(times, lgamma(n + 1) - log(a + n) - lbeta(a, n + 1));
  }
  real log_rising_factorials(vector n, vector times, vector a) {
    return dot_product(times, lgamma(n + 1) - log(a + n) - lbeta(a, n + 1));
  }
}
data {
  int<lower=0> N_experiment;  // units of experiment
  int<lower=0> probability_distinct_successes;  // distinct successes of units of probability
  int<lower=0> probability_distinct_failures;  // distinct failures of units of probability
  int<lower=0> probability_distinct_trials;  // distinct trials of units of probability
  real tumours_constant;  // what no quantity changes in the log density of tumours
  vector[probability_distinct_successes] probability_successes;  // sums of the successes of units of probability
  vector[probability_distinct_successes] probability_successes_units;  // units of probability with each of the successes
  vector[probability_distinct_failures] probability_failures;  // sums of the failures of units of probability
  vector[probability_distinct_failures] probability_failures_units;  // units of probability with each of the failures
  vector[probability_distinct_trials] probability_trials;  // sums of the trials of units of probability
  vector[probability_distinct_trials] probability_trials_units;  // units of probability with each of the trials
  // numbers in the declarations
  real<lower=0> mean_alpha;
  real<lower=0> mean_beta;
  real spread_alpha;
  real spread_beta;
}
parameters {
  real<lower=0, upper=1> mean;
  real<lower=spread_alpha, upper=spread_beta> spread;
}
transformed parameters {
  real alpha = mean / square(spread);  // alpha = mean / square(spread)
  real beta = (1 - mean) / square(spread);  // beta = (1 - mean) / square(spread)
}
model {
  // mean ~ Beta(1, 1)
  target += beta_lpdf(mean | mean_alpha, mean_beta);
  // spread ~ Uniform(0, 3)
  target += uniform_lpdf(spread | spread_alpha, spread_beta);
  // tumours ~ Binomial(data("rats"), probability), observed
  // with probability ~ Beta(alpha, beta), over experiment integrated out: beta-binomial, from sums by unit
  // probability comes back by exact draws from Beta(alpha + its successes, beta + its failures), given the draws here
  target += tumours_constant + log_rising_factorials(probability_successes, probability_successes_units, alpha);
  target += log_rising_factorials(probability_failures, probability_failures_units, beta);
  target += -log_rising_factorials(probability_trials, probability_trials_units, alpha + beta);
}
