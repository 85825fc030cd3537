// Baseball
// theta ~ beta(phi * kappa, (1 - phi) * kappa)
// kappa ~ pareto(1, 1.5)
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
  int<lower=0> N_Player;  // units of Player
  int<lower=0> theta_distinct_successes;  // distinct successes of units of theta
  int<lower=0> theta_distinct_failures;  // distinct failures of units of theta
  int<lower=0> theta_distinct_trials;  // distinct trials of units of theta
  real Hits_constant;  // what no quantity changes in the log density of Hits
  vector[theta_distinct_successes] theta_successes;  // sums of the successes of units of theta
  vector[theta_distinct_successes] theta_successes_units;  // units of theta with each of the successes
  vector[theta_distinct_failures] theta_failures;  // sums of the failures of units of theta
  vector[theta_distinct_failures] theta_failures_units;  // units of theta with each of the failures
  vector[theta_distinct_trials] theta_trials;  // sums of the trials of units of theta
  vector[theta_distinct_trials] theta_trials_units;  // units of theta with each of the trials
  // numbers in the declarations
  real phi_alpha;
  real phi_beta;
  real<lower=0> kappa_y_min;
  real<lower=0> kappa_alpha;
}
parameters {
  real<lower=phi_alpha, upper=phi_beta> phi;
  real<lower=kappa_y_min> kappa;
}
model {
  // phi ~ Uniform(0, 1)
  target += uniform_lpdf(phi | phi_alpha, phi_beta);
  // kappa ~ Pareto(1, 1.5)
  target += pareto_lpdf(kappa | kappa_y_min, kappa_alpha);
  // Hits ~ Binomial(data("AB"), theta), observed
  // with theta ~ Beta(mean=phi, concentration=kappa), over Player integrated out: beta-binomial, from sums by unit
  // theta comes back by exact draws from Beta(alpha + its successes, beta + its failures), given the draws here
  target += Hits_constant + log_rising_factorials(theta_successes, theta_successes_units, phi * kappa);
  target += log_rising_factorials(theta_failures, theta_failures_units, (1 - phi) * kappa);
  target += -log_rising_factorials(theta_trials, theta_trials_units, phi * kappa + (1 - phi) * kappa);
}
