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
  int<lower=0> N_age;  // units of age
  int<lower=0> N_eth;  // units of eth
  int<lower=0> N_income;  // units of income
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N_2] int<lower=1, upper=N_state> state;  // the state of each row
  array[N_2] int<lower=1, upper=N_age> age;  // the age of each row
  array[N_2] int<lower=1, upper=N_eth> eth;  // the eth of each row
  array[N_2] int<lower=1, upper=N_income> income;  // the income of each row
  array[N_2] int<lower=0, upper=1> cat_pref;  // observed
  matrix[N_2, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  real<lower=0> S_sigma_pilot_size;  // about how large S_sigma is
  vector<lower=0, upper=1>[N_state] S_pilot_weight;  // how far each state is centred
  real<lower=0> S_pilot_scale;  // about how large the scale of S is
  real<lower=0> A_sigma_pilot_size;  // about how large A_sigma is
  real<lower=0> N_sigma_pilot_size;  // about how large N_sigma is
  vector<lower=0, upper=1>[N_income] N_pilot_weight;  // how far each income is centred
  real<lower=0> N_pilot_scale;  // about how large the scale of N is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> S_sigma_sigma;
  real<lower=0> A_sigma_sigma;
  real<lower=0> E_sigma_sigma;
  vector[K_b_covariates] E_at_b;
  real<lower=0> N_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  real S_sigma_soft;
  vector<multiplier=S_pilot_scale>[N_state] S_between;
  real A_sigma_soft;
  vector[N_age] A_raw;
  real<lower=0> E_sigma;
  vector<multiplier=E_sigma_sigma>[N_eth] E_at_means;
  real N_sigma_soft;
  vector<multiplier=N_pilot_scale>[N_income] N_between;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  real S_sigma = softened(S_sigma_soft, S_sigma_pilot_size);
  vector[N_state] S = exp((1 - S_pilot_weight) * log(S_sigma / S_pilot_scale)) .* S_between;
  real A_sigma = softened(A_sigma_soft, A_sigma_pilot_size);
  vector[N_age] A = A_sigma * A_raw;
  vector[N_eth] E = E_at_means - dot_product(E_at_b, b);
  real N_sigma = softened(N_sigma_soft, N_sigma_pilot_size);
  vector[N_income] N = exp((1 - N_pilot_weight) * log(N_sigma / N_pilot_scale)) .* N_between;
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // S_sigma ~ HalfNormal()
  target += normal_lpdf(S_sigma | 0, S_sigma_sigma) + log2();
  target += log_slope_softened(S_sigma_soft, S_sigma_pilot_size);
  // S ~ Normal(0, S_sigma), over state
  target += normal_lpdf(S_between | 0, S_pilot_scale * exp(S_pilot_weight * log(S_sigma / S_pilot_scale)));
  // A_sigma ~ HalfNormal()
  target += normal_lpdf(A_sigma | 0, A_sigma_sigma) + log2();
  target += log_slope_softened(A_sigma_soft, A_sigma_pilot_size);
  // A ~ Normal(0, A_sigma), over age
  target += std_normal_lpdf(A_raw);
  // E_sigma ~ HalfNormal()
  target += normal_lpdf(E_sigma | 0, E_sigma_sigma) + log2();
  // E ~ Normal(0, E_sigma), over eth
  target += normal_lpdf(E | 0, E_sigma);
  // N_sigma ~ HalfNormal()
  target += normal_lpdf(N_sigma | 0, N_sigma_sigma) + log2();
  target += log_slope_softened(N_sigma_soft, N_sigma_pilot_size);
  // N ~ Normal(0, N_sigma), over income
  target += normal_lpdf(N_between | 0, N_pilot_scale * exp(N_pilot_weight * log(N_sigma / N_pilot_scale)));
  // cat_pref ~ Bernoulli(logit=b @ b_covariates + S + A + E + N), observed
  target += bernoulli_logit_glm_lpmf(cat_pref | b_covariates, S[state] + A[age] + E[eth] + N[income], b);
}
