// Preferences
// cat_pref ~ male * age + (1 | state) + (1 | age) + (1 | eth) + (1 | income)
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
}
data {
  int<lower=0> N_2;  // rows
  int<lower=0> N_state;  // units of state
  int<lower=0> N_eth;  // units of eth
  int<lower=0> N_income;  // units of income
  int<lower=0> K_X;  // components of X
  int<lower=0> K_age;  // components of age
  array[N_2] int<lower=1, upper=N_state> state;  // the state of each row
  array[N_2] int<lower=1, upper=N_eth> eth;  // the eth of each row
  array[N_2] int<lower=1, upper=N_income> income;  // the income of each row
  array[N_2] int<lower=0, upper=1> cat_pref;  // observed
  vector[N_2] male;  // 'male' of each row
  matrix[N_2, K_X] X;  // the columns of X for each row
  matrix[N_2, K_age] age;  // the columns of age for each row
  real<lower=0> S_sigma_pilot_size;  // about how large S_sigma is
  vector<lower=0, upper=1>[N_state] S_pilot_weight;  // how far each state is centred
  real<lower=0> S_pilot_scale;  // about how large the scale of S is
  real<lower=0> N_sigma_pilot_size;  // about how large N_sigma is
  vector<lower=0, upper=1>[N_income] N_pilot_weight;  // how far each income is centred
  real<lower=0> N_pilot_scale;  // about how large the scale of N is
  // numbers in the declarations
  vector[K_X] b_mu;
  vector<lower=0>[K_X] b_sigma;
  vector[K_age] by_age_mu;
  vector<lower=0>[K_age] by_age_sigma;
  real mean_mu;
  vector[K_X] mean_at_b;
  vector[K_age] mean_at_by_age;
  real<lower=0> mean_sigma;
  real<lower=0> S_sigma_sigma;
  real<lower=0> E_sigma_sigma;
  vector[K_X] E_at_b;
  vector[K_age] E_at_by_age;
  real<lower=0> N_sigma_sigma;
}
parameters {
  vector<multiplier=b_sigma>[K_X] b;
  vector<multiplier=by_age_sigma>[K_age] by_age;
  real mean_raw;
  real S_sigma_soft;
  vector<multiplier=S_pilot_scale>[N_state] S_between;
  real<lower=0> E_sigma;
  vector<multiplier=E_sigma_sigma>[N_eth] E_lifted;
  real N_sigma_soft;
  vector<multiplier=N_pilot_scale>[N_income] N_between;
}
transformed parameters {
  real mean = mean_mu - dot_product(mean_at_b, b) - dot_product(mean_at_by_age, by_age) + mean_sigma * mean_raw;
  real S_sigma = softened(S_sigma_soft, S_sigma_pilot_size);
  vector[N_state] S = exp((1 - S_pilot_weight) * log(S_sigma / S_pilot_scale)) .* S_between;
  vector[N_eth] E = E_lifted - (mean + dot_product(E_at_b, b) + dot_product(E_at_by_age, by_age));
  real N_sigma = softened(N_sigma_soft, N_sigma_pilot_size);
  vector[N_income] N = exp((1 - N_pilot_weight) * log(N_sigma / N_pilot_scale)) .* N_between;
}
model {
  // b ~ Normal(), over X
  target += normal_lpdf(b | b_mu, b_sigma);
  // by_age ~ Normal(), over age
  target += normal_lpdf(by_age | by_age_mu, by_age_sigma);
  // mean ~ Normal()
  target += std_normal_lpdf(mean_raw);
  // S_sigma ~ HalfNormal()
  target += normal_lpdf(S_sigma | 0, S_sigma_sigma) + log2();
  target += log_slope_softened(S_sigma_soft, S_sigma_pilot_size);
  // S ~ Normal(0, S_sigma), over state
  target += normal_lpdf(S_between | 0, S_pilot_scale * exp(S_pilot_weight * log(S_sigma / S_pilot_scale)));
  // E_sigma ~ HalfNormal()
  target += normal_lpdf(E_sigma | 0, E_sigma_sigma) + log2();
  // E ~ Normal(0, E_sigma), over eth
  target += normal_lpdf(E | 0, E_sigma);
  // N_sigma ~ HalfNormal()
  target += normal_lpdf(N_sigma | 0, N_sigma_sigma) + log2();
  target += log_slope_softened(N_sigma_soft, N_sigma_pilot_size);
  // N ~ Normal(0, N_sigma), over income
  target += normal_lpdf(N_between | 0, N_pilot_scale * exp(N_pilot_weight * log(N_sigma / N_pilot_scale)));
  // cat_pref ~ Bernoulli(logit=mean + b @ X + (by_age @ age) * data("male") + S + E + N), observed
  target += bernoulli_logit_glm_lpmf(cat_pref | X, mean + male .* (age * by_age) + S[state] + E[eth] + N[income], b);
}
