// Monks
// y ~ zero_inflated_poisson(p, rate)
// Pr(none) = p + (1 - p) exp(-rate), Pr(y) = (1 - p) poisson(y, rate) for y > 0
functions {
  // 0 by a chance of its own, else a count of a distribution, which may be 0 as well.
  real zero_inflated_poisson_log_lpmf(int y, real mu, real zero) {
    real own = log1m(zero) + poisson_log_lpmf(y | mu);
    return y == 0 ? log_sum_exp(log(zero), own) : own;
  }

}
data {
  int<lower=0> N_y_cells;  // cells of y
  array[N_y_cells] int<lower=0> y;  // observed, of each cell of y
  vector<lower=0>[N_y_cells] y_counts;  // rows in each cell of y
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
model {
  // p ~ Beta(2, 6)
  target += beta_lpdf(p | p_alpha, p_beta);
  // log_rate ~ Normal()
  target += normal_lpdf(log_rate | log_rate_mu, log_rate_sigma);
  // y ~ ZeroInflated(Poisson(log=log_rate), p), observed  (rows in cells)
  for (n in 1:N_y_cells) {
    target += y_counts[n] * zero_inflated_poisson_log_lpmf(y[n] | log_rate, p);
  }
}
