// Monks
// y ~ zero_inflated_poisson(p, rate)
// Pr(none) = p + (1 - p) exp(-rate), Pr(y) = (1 - p) poisson(y, rate) for y > 0
functions {
  // Successes in cells of trials, without the number of orders in which they may have come.
  real binomial_cells_lpdf(vector successes, vector trials, vector theta) {
    if (min(theta) > 0 && max(theta) < 1) {
      return dot_product(successes, log(theta)) + dot_product(trials - successes, log1m(theta));
    }
    return sum(lmultiply(successes, theta)) + sum(lmultiply(trials - successes, 1 - theta));
  }
  // Sums of counts in cells of an exposure, without what the rate does not change. A rate of 0 is no matter
  // where nothing was counted.
  real poisson_cells_lpdf(vector total, vector exposure, vector rate) {
    vector[size(total)] counted = fmin(ceil(total), 1);
    return dot_product(total, log(counted .* rate + 1 - counted)) - dot_product(exposure, rate);
  }
}
data {
  int<lower=0> N_none_cells;  // cells of none
  int<lower=0> N_some_cells;  // cells of some
  int<lower=0> N_y_cells;  // cells of y
  vector[N_none_cells] none_successes;  // successes of each cell of none
  vector[N_none_cells] none_trials;  // trials of each cell of none
  vector[N_some_cells] some_successes;  // successes of each cell of some
  vector[N_some_cells] some_trials;  // trials of each cell of some
  vector[N_y_cells] y_total;  // sum of each cell of y
  vector[N_y_cells] y_exposure;  // exposure of each cell of y
  real y_constant;  // what no argument changes
  // numbers in the declarations
  real<lower=0> p_alpha;
  real<lower=0> p_beta;
  real log_rate_mu;
  real<lower=0> log_rate_sigma;
}
parameters {
  real<lower=0, upper=1> p;
  real<multiplier=log_rate_sigma> log_rate;
}
transformed parameters {
  real rate = exp(log_rate);  // rate = exp(log_rate)
}
model {
  // p ~ Beta(2, 6)
  target += beta_lpdf(p | p_alpha, p_beta);
  // log_rate ~ Normal()
  target += normal_lpdf(log_rate | log_rate_mu, log_rate_sigma);
  // none ~ Bernoulli(p + (1 - p) * exp(-rate)), observed, weights none  (rows in cells)
  {
    vector[N_none_cells] none_theta = rep_vector(p + (1 - p) * exp(-rate), N_none_cells);
    target += binomial_cells_lpdf(none_successes | none_trials, none_theta);
  }
  // some ~ Bernoulli(1 - p), observed, weights some  (rows in cells)
  {
    vector[N_some_cells] some_theta = rep_vector(1 - p, N_some_cells);
    target += binomial_cells_lpdf(some_successes | some_trials, some_theta);
  }
  // y ~ Poisson(rate), observed, weights some  (rows in cells)
  {
    vector[N_y_cells] y_rate = rep_vector(rate, N_y_cells);
    target += poisson_cells_lpdf(y_total | y_exposure, y_rate) + y_constant;
  }
}
