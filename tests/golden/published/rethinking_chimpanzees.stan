// Chimpanzees
// logit Pr(pulled_left) = a[actor] + g[block] + b[treatment]
functions {
  // A positive number from z: `typical` times exp(z / 2) Phi(z). Above the typical size its logarithm grows
  // with z; towards 0 it falls as the square of z, so that a density which does not vanish at 0 has no long tail.
  real softened(real z, real typical) {
    return typical * exp(0.5 * z) * (0.5 * erfc(-sqrt(0.5) * z));
  }
  vector softened(vector z, vector typical) {
    return typical .* exp(0.5 * z) .* (0.5 * erfc(-sqrt(0.5) * z));
  }
  // The log of the derivative of `softened` by z, summed: what a density of positive numbers is multiplied by.
  real log_slope_softened(real z, real typical) {
    real density = exp(-0.5 * square(z)) / sqrt(2 * pi());
    return log(typical) + 0.5 * z + log(0.25 * erfc(-sqrt(0.5) * z) + density);
  }
  real log_slope_softened(vector z, vector typical) {
    vector[num_elements(z)] density = exp(-0.5 * square(z)) / sqrt(2 * pi());
    return sum(log(typical) + 0.5 * z + log(0.25 * erfc(-sqrt(0.5) * z) + density));
  }
  // Successes in cells of trials, without the number of orders in which they may have come.
  real binomial_logit_cells_lpdf(vector successes, vector trials, vector logit) {
    return dot_product(successes, logit) - dot_product(trials, log1p_exp(logit));
  }
}
data {
  int<lower=0> N_actor;  // units of actor
  int<lower=0> N_block;  // units of block
  int<lower=0> N_treatment;  // units of treatment
  int<lower=0> N_pulled_left_cells;  // cells of pulled_left
  array[N_pulled_left_cells] int<lower=1, upper=N_actor> pulled_left_cells_actor;  // the actor of each cell of pulled_left
  array[N_pulled_left_cells] int<lower=1, upper=N_block> pulled_left_cells_block;  // the block of each cell of pulled_left
  array[N_pulled_left_cells] int<lower=1, upper=N_treatment> pulled_left_cells_treatment;  // the treatment of each cell of pulled_left
  vector[N_pulled_left_cells] pulled_left_successes;  // successes of each cell of pulled_left
  vector[N_pulled_left_cells] pulled_left_trials;  // trials of each cell of pulled_left
  vector<lower=0, upper=1>[N_actor] a_pilot_weight;  // how far each actor is centred
  real<lower=0> a_pilot_scale;  // about how large the scale of a is
  real<lower=0> g_sigma_pilot_size;  // about how large g_sigma is
  vector<lower=0, upper=1>[N_block] g_pilot_weight;  // how far each block is centred
  real<lower=0> g_pilot_scale;  // about how large the scale of g is
  vector<lower=0, upper=1>[N_treatment] b_pilot_weight;  // how far each treatment is centred
  real<lower=0> b_pilot_scale;  // about how large the scale of b is
  // numbers in the declarations
  real a_mean_mu;
  real<lower=0> a_mean_sigma;
  real<lower=0> a_sd_sigma;
  real<lower=0> g_sigma_sigma;
  real<lower=0> b_sigma;
}
parameters {
  real<multiplier=a_mean_sigma> a_mean;
  real<lower=0> a_sd;
  vector<multiplier=a_pilot_scale>[N_actor] a_between;
  real g_sigma_soft;
  vector<multiplier=g_pilot_scale>[N_block] g_between;
  vector<multiplier=b_pilot_scale>[N_treatment] b_between;
}
transformed parameters {
  vector[N_actor] a = a_mean + exp((1 - a_pilot_weight) * log(a_sd / a_pilot_scale)) .* (a_between - a_pilot_weight * a_mean);
  real g_sigma = softened(g_sigma_soft, g_sigma_pilot_size);
  vector[N_block] g = exp((1 - g_pilot_weight) * log(g_sigma / g_pilot_scale)) .* g_between;
  vector[N_treatment] b = exp((1 - b_pilot_weight) * log(b_sigma / b_pilot_scale)) .* b_between;
}
model {
  // a_mean ~ Normal()
  target += normal_lpdf(a_mean | a_mean_mu, a_mean_sigma);
  // a_sd ~ HalfNormal()
  target += normal_lpdf(a_sd | 0, a_sd_sigma) + log2();
  // a ~ Normal(a_mean, a_sd), over actor
  target += normal_lpdf(a_between | a_pilot_weight * a_mean, a_pilot_scale * exp(a_pilot_weight * log(a_sd / a_pilot_scale)));
  // g_sigma ~ HalfNormal()
  target += normal_lpdf(g_sigma | 0, g_sigma_sigma) + log2();
  target += log_slope_softened(g_sigma_soft, g_sigma_pilot_size);
  // g ~ Normal(0, g_sigma), over block
  target += normal_lpdf(g_between | 0, g_pilot_scale * exp(g_pilot_weight * log(g_sigma / g_pilot_scale)));
  // b ~ Normal(0, 0.5), over treatment
  target += normal_lpdf(b_between | 0, b_pilot_scale * exp(b_pilot_weight * log(b_sigma / b_pilot_scale)));
  // pulled_left ~ Bernoulli(logit=a + g + b), observed  (rows in cells)
  {
    vector[N_pulled_left_cells] pulled_left_logit = a[pulled_left_cells_actor] + g[pulled_left_cells_block] + b[pulled_left_cells_treatment];
    target += binomial_logit_cells_lpdf(pulled_left_successes | pulled_left_trials, pulled_left_logit);
  }
}
