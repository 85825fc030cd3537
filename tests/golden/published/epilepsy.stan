// Epilepsy
// count ~ zAge + zBase * Trt + (1 | patient) + (1 | obs), poisson
data {
  int<lower=0> N;  // rows
  int<lower=0> N_patient;  // units of patient
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=1, upper=N_patient> patient;  // the patient of each row
  array[N] int<lower=0> count;  // observed
  matrix[N_patient, K_b_covariates] patient_b_covariates;  // the columns of b_covariates for each patient
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  vector<lower=0, upper=1>[N_patient] P_pilot_weight;  // how far each patient is centred
  real<lower=0> P_pilot_scale;  // about how large the scale of P is
  vector<lower=0, upper=1>[N] extra_pilot_weight;  // how far each row is centred
  real<lower=0> extra_pilot_scale;  // about how large the scale of extra is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> P_sigma_sigma;
  real<lower=0> extra_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> P_sigma;
  vector<multiplier=P_pilot_scale>[N_patient] P_between;
  real<lower=0> extra_sigma;
  vector<multiplier=extra_pilot_scale>[N] extra_between;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[N_patient] P = exp((1 - P_pilot_weight) * log(P_sigma / P_pilot_scale)) .* (P_between - P_pilot_weight .* (patient_b_covariates * b));
  vector[N] extra = exp((1 - extra_pilot_weight) * log(extra_sigma / extra_pilot_scale)) .* extra_between;
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // P_sigma ~ HalfNormal()
  target += normal_lpdf(P_sigma | 0, P_sigma_sigma) + log2();
  // P ~ Normal(0, P_sigma), over patient
  target += normal_lpdf(P_between | P_pilot_weight .* (patient_b_covariates * b), P_pilot_scale * exp(P_pilot_weight * log(P_sigma / P_pilot_scale)));
  // extra_sigma ~ HalfNormal()
  target += normal_lpdf(extra_sigma | 0, extra_sigma_sigma) + log2();
  // extra ~ Normal(0, extra_sigma), over rows
  target += normal_lpdf(extra_between | 0, extra_pilot_scale * exp(extra_pilot_weight * log(extra_sigma / extra_pilot_scale)));
  // count ~ Poisson(log=b @ b_covariates + P + extra), observed
  target += poisson_log_glm_lpmf(count | b_covariates, P[patient] + extra, b);
}
