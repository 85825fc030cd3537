// Fouls
// logit Pr(foul_called) = theta[disadvantaged] - b[committing]
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
  int<lower=0> N_disadvantaged;  // units of disadvantaged
  int<lower=0> N_committing;  // units of committing
  int<lower=0> N_foul_called_cells;  // cells of foul_called
  array[N_foul_called_cells] int<lower=1, upper=N_disadvantaged> foul_called_cells_disadvantaged;  // the disadvantaged of each cell of foul_called
  array[N_foul_called_cells] int<lower=1, upper=N_committing> foul_called_cells_committing;  // the committing of each cell of foul_called
  vector[N_foul_called_cells] foul_called_successes;  // successes of each cell of foul_called
  vector[N_foul_called_cells] foul_called_trials;  // trials of each cell of foul_called
  real<lower=0> theta_sd_pilot_size;  // about how large theta_sd is
  vector<lower=0, upper=1>[N_disadvantaged] theta_pilot_weight;  // how far each disadvantaged is centred
  real<lower=0> theta_pilot_scale;  // about how large the scale of theta is
  real<lower=0> b_sigma_pilot_size;  // about how large b_sigma is
  vector<lower=0, upper=1>[N_committing] b_pilot_weight;  // how far each committing is centred
  real<lower=0> b_pilot_scale;  // about how large the scale of b is
  // numbers in the declarations
  real theta_mean_mu;
  real<lower=0> theta_mean_sigma;
  real<lower=0> theta_sd_sigma;
  real<lower=0> b_sigma_sigma;
}
parameters {
  real<multiplier=theta_mean_sigma> theta_mean;
  real theta_sd_soft;
  vector<multiplier=theta_pilot_scale>[N_disadvantaged] theta_between;
  real b_sigma_soft;
  vector<multiplier=b_pilot_scale>[N_committing] b_between;
}
transformed parameters {
  real theta_sd = softened(theta_sd_soft, theta_sd_pilot_size);
  vector[N_disadvantaged] theta = theta_mean + exp((1 - theta_pilot_weight) * log(theta_sd / theta_pilot_scale)) .* (theta_between - theta_pilot_weight * theta_mean);
  real b_sigma = softened(b_sigma_soft, b_sigma_pilot_size);
  vector[N_committing] b = exp((1 - b_pilot_weight) * log(b_sigma / b_pilot_scale)) .* b_between;
}
model {
  // theta_mean ~ Normal()
  target += normal_lpdf(theta_mean | theta_mean_mu, theta_mean_sigma);
  // theta_sd ~ HalfNormal()
  target += normal_lpdf(theta_sd | 0, theta_sd_sigma) + log2();
  target += log_slope_softened(theta_sd_soft, theta_sd_pilot_size);
  // theta ~ Normal(theta_mean, theta_sd), over disadvantaged
  target += normal_lpdf(theta_between | theta_pilot_weight * theta_mean, theta_pilot_scale * exp(theta_pilot_weight * log(theta_sd / theta_pilot_scale)));
  // b_sigma ~ HalfNormal()
  target += normal_lpdf(b_sigma | 0, b_sigma_sigma) + log2();
  target += log_slope_softened(b_sigma_soft, b_sigma_pilot_size);
  // b ~ Normal(0, b_sigma), over committing
  target += normal_lpdf(b_between | 0, b_pilot_scale * exp(b_pilot_weight * log(b_sigma / b_pilot_scale)));
  // foul_called ~ Bernoulli(logit=theta - b), observed  (rows in cells)
  {
    vector[N_foul_called_cells] foul_called_logit = theta[foul_called_cells_disadvantaged] - b[foul_called_cells_committing];
    target += binomial_logit_cells_lpdf(foul_called_successes | foul_called_trials, foul_called_logit);
  }
}
