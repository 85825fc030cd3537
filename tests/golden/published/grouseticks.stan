// Grouseticks
// TICKS ~ YEAR + HEIGHT + (1 | BROOD) + (1 | INDEX) + (1 | LOCATION), poisson
data {
  int<lower=0> N;  // rows
  int<lower=0> N_LOCATION;  // units of LOCATION
  int<lower=0> N_BROOD;  // units of BROOD
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N_BROOD] int<lower=1, upper=N_LOCATION> BROOD_LOCATION;  // the LOCATION of each BROOD
  array[N] int<lower=1, upper=N_BROOD> BROOD;  // the BROOD of each row
  array[N] int<lower=1, upper=N_LOCATION> LOCATION;  // the LOCATION of each row
  array[N] int<lower=0> TICKS;  // observed
  matrix[N_BROOD, K_b_covariates] BROOD_b_covariates;  // the columns of b_covariates for each BROOD
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  vector<lower=0, upper=1>[N_LOCATION] L_pilot_weight;  // how far each LOCATION is centred
  real<lower=0> L_pilot_scale;  // about how large the scale of L is
  vector<lower=0, upper=1>[N_BROOD] B_pilot_weight;  // how far each BROOD is centred
  real<lower=0> B_pilot_scale;  // about how large the scale of B is
  vector<lower=0, upper=1>[N] extra_pilot_weight;  // how far each row is centred
  real<lower=0> extra_pilot_scale;  // about how large the scale of extra is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> B_sigma_sigma;
  real<lower=0> L_sigma_sigma;
  vector[K_b_covariates] L_at_b;
  real<lower=0> extra_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> B_sigma;
  real<lower=0> L_sigma;
  vector<multiplier=L_pilot_scale>[N_LOCATION] L_between;
  vector<multiplier=B_pilot_scale>[N_BROOD] B_between;
  real<lower=0> extra_sigma;
  vector<multiplier=extra_pilot_scale>[N] extra_between;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[N_LOCATION] L = exp((1 - L_pilot_weight) * log(L_sigma / L_pilot_scale)) .* (L_between - L_pilot_weight * dot_product(L_at_b, b));
  vector[N_BROOD] B = exp((1 - B_pilot_weight) * log(B_sigma / B_pilot_scale)) .* (B_between - B_pilot_weight .* (BROOD_b_covariates * b + L[BROOD_LOCATION]));
  vector[N] extra = exp((1 - extra_pilot_weight) * log(extra_sigma / extra_pilot_scale)) .* extra_between;
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // B_sigma ~ HalfNormal()
  target += normal_lpdf(B_sigma | 0, B_sigma_sigma) + log2();
  // L_sigma ~ HalfNormal()
  target += normal_lpdf(L_sigma | 0, L_sigma_sigma) + log2();
  // L ~ Normal(0, L_sigma), over LOCATION
  target += normal_lpdf(L_between | L_pilot_weight * dot_product(L_at_b, b), L_pilot_scale * exp(L_pilot_weight * log(L_sigma / L_pilot_scale)));
  // B ~ Normal(0, B_sigma), over BROOD
  target += normal_lpdf(B_between | B_pilot_weight .* (BROOD_b_covariates * b + L[BROOD_LOCATION]), B_pilot_scale * exp(B_pilot_weight * log(B_sigma / B_pilot_scale)));
  // extra_sigma ~ HalfNormal()
  target += normal_lpdf(extra_sigma | 0, extra_sigma_sigma) + log2();
  // extra ~ Normal(0, extra_sigma), over rows
  target += normal_lpdf(extra_between | 0, extra_pilot_scale * exp(extra_pilot_weight * log(extra_sigma / extra_pilot_scale)));
  // TICKS ~ Poisson(log=b @ b_covariates + B + L + extra), observed
  target += poisson_log_glm_lpmf(TICKS | b_covariates, B[BROOD] + L[LOCATION] + extra, b);
}
