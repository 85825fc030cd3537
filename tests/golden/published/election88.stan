// Election
// y ~ black * female + (1 | age) + (1 | edu) + (1 | age:edu) + (1 | state)
// state ~ v.prev + (1 | region)
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
  int<lower=0> N;  // rows
  int<lower=0> N_region;  // units of region
  int<lower=0> N_age;  // units of age
  int<lower=0> N_edu;  // units of edu
  int<lower=0> N_age_edu;  // units of age x edu
  int<lower=0> N_state;  // units of state
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N_state] int<lower=1, upper=N_region> state_region;  // the region of each state
  array[N] int<lower=1, upper=N_age> age;  // the age of each row
  array[N] int<lower=1, upper=N_edu> edu;  // the edu of each row
  array[N] int<lower=1, upper=N_age_edu> age_edu;  // the age and edu of each row
  array[N] int<lower=1, upper=N_state> state;  // the state of each row
  array[N] int<lower=0, upper=1> y;  // observed
  vector[N_state] state_v_prev;  // 'v_prev' of each state
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  real<lower=0> R_sigma_pilot_size;  // about how large R_sigma is
  vector<lower=0, upper=1>[N_region] R_pilot_weight;  // how far each region is centred
  real<lower=0> R_pilot_scale;  // about how large the scale of R is
  real<lower=0> A_sigma_pilot_size;  // about how large A_sigma is
  vector<lower=0, upper=1>[N_age] A_pilot_weight;  // how far each age is centred
  real<lower=0> A_pilot_scale;  // about how large the scale of A is
  real<lower=0> E_sigma_pilot_size;  // about how large E_sigma is
  vector<lower=0, upper=1>[N_edu] E_pilot_weight;  // how far each edu is centred
  real<lower=0> E_pilot_scale;  // about how large the scale of E is
  real<lower=0> AE_sigma_pilot_size;  // about how large AE_sigma is
  real<lower=0> S_sigma_pilot_size;  // about how large S_sigma is
  // numbers in the declarations
  real prev_mu;
  real<lower=0> prev_sigma;
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  real b_at_prev;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> R_sigma_sigma;
  real<lower=0> A_sigma_sigma;
  vector[K_b_covariates] A_at_b;
  real A_at_prev;
  real<lower=0> E_sigma_sigma;
  real<lower=0> AE_sigma_sigma;
  real<lower=0> S_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<multiplier=prev_sigma> prev;
  real R_sigma_soft;
  vector<multiplier=R_pilot_scale>[N_region] R_between;
  real A_sigma_soft;
  vector<multiplier=A_pilot_scale>[N_age] A_between;
  real E_sigma_soft;
  vector<multiplier=E_pilot_scale>[N_edu] E_between;
  real AE_sigma_soft;
  vector[N_age_edu] AE_raw;
  real S_sigma_soft;
  vector[N_state] S_raw;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * (dot_product(b_at_b, b) + b_at_prev * prev);
  real R_sigma = softened(R_sigma_soft, R_sigma_pilot_size);
  vector[N_region] R = exp((1 - R_pilot_weight) * log(R_sigma / R_pilot_scale)) .* R_between;
  real A_sigma = softened(A_sigma_soft, A_sigma_pilot_size);
  vector[N_age] A = exp((1 - A_pilot_weight) * log(A_sigma / A_pilot_scale)) .* (A_between - A_pilot_weight * (dot_product(A_at_b, b) + A_at_prev * prev));
  real E_sigma = softened(E_sigma_soft, E_sigma_pilot_size);
  vector[N_edu] E = exp((1 - E_pilot_weight) * log(E_sigma / E_pilot_scale)) .* E_between;
  real AE_sigma = softened(AE_sigma_soft, AE_sigma_pilot_size);
  vector[N_age_edu] AE = AE_sigma * AE_raw;
  real S_sigma = softened(S_sigma_soft, S_sigma_pilot_size);
  vector[N_state] S = R[state_region] + prev * state_v_prev + S_sigma * S_raw;
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // prev ~ Normal()
  target += normal_lpdf(prev | prev_mu, prev_sigma);
  // R_sigma ~ HalfNormal()
  target += normal_lpdf(R_sigma | 0, R_sigma_sigma) + log2();
  target += log_slope_softened(R_sigma_soft, R_sigma_pilot_size);
  // R ~ Normal(0, R_sigma), over region
  target += normal_lpdf(R_between | 0, R_pilot_scale * exp(R_pilot_weight * log(R_sigma / R_pilot_scale)));
  // A_sigma ~ HalfNormal()
  target += normal_lpdf(A_sigma | 0, A_sigma_sigma) + log2();
  target += log_slope_softened(A_sigma_soft, A_sigma_pilot_size);
  // A ~ Normal(0, A_sigma), over age
  target += normal_lpdf(A_between | A_pilot_weight * (dot_product(A_at_b, b) + A_at_prev * prev), A_pilot_scale * exp(A_pilot_weight * log(A_sigma / A_pilot_scale)));
  // E_sigma ~ HalfNormal()
  target += normal_lpdf(E_sigma | 0, E_sigma_sigma) + log2();
  target += log_slope_softened(E_sigma_soft, E_sigma_pilot_size);
  // E ~ Normal(0, E_sigma), over edu
  target += normal_lpdf(E_between | 0, E_pilot_scale * exp(E_pilot_weight * log(E_sigma / E_pilot_scale)));
  // AE_sigma ~ HalfNormal()
  target += normal_lpdf(AE_sigma | 0, AE_sigma_sigma) + log2();
  target += log_slope_softened(AE_sigma_soft, AE_sigma_pilot_size);
  // AE ~ Normal(0, AE_sigma), over age, edu
  target += std_normal_lpdf(AE_raw);
  // S_sigma ~ HalfNormal()
  target += normal_lpdf(S_sigma | 0, S_sigma_sigma) + log2();
  target += log_slope_softened(S_sigma_soft, S_sigma_pilot_size);
  // S ~ Normal(R + prev * data("v_prev"), S_sigma), over state
  target += std_normal_lpdf(S_raw);
  // y ~ Bernoulli(logit=b @ b_covariates + A + E + AE + S), observed
  target += bernoulli_logit_glm_lpmf(y | b_covariates, A[age] + E[edu] + AE[age_edu] + S[state], b);
}
