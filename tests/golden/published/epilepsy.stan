// Epilepsy
// count ~ zAge + zBase * Trt + (1 | patient) + (1 | obs), poisson
data {
  int<lower=0> N;  // rows
  int<lower=0> N_patient;  // units of patient
  int<lower=0> K_X;  // components of X
  array[N] int<lower=1, upper=N_patient> patient;  // the patient of each row
  array[N] int<lower=0> count;  // observed
  vector[N_patient] patient_zBase;  // 'zBase' of each patient
  vector[N_patient] patient_Trt;  // 'Trt' of each patient
  vector[N] zBase;  // 'zBase' of each row
  vector[N] Trt;  // 'Trt' of each row
  matrix[N_patient, K_X] patient_X;  // the columns of X for each patient
  matrix[N, K_X] X;  // the columns of X for each row
  vector<lower=0, upper=1>[N_patient] P_pilot_weight;  // how far each patient is centred
  real<lower=0> P_pilot_scale;  // about how large the scale of P is
  vector<lower=0, upper=1>[N] extra_pilot_weight;  // how far each row is centred
  real<lower=0> extra_pilot_scale;  // about how large the scale of extra is
  // numbers in the declarations
  vector[K_X] b_mu;
  vector<lower=0>[K_X] b_sigma;
  real both_mu;
  real<lower=0> both_sigma;
  real mean_mu;
  vector[K_X] mean_at_b;
  real mean_at_both;
  real<lower=0> mean_sigma;
  real<lower=0> P_sigma_sigma;
  real<lower=0> extra_sigma_sigma;
}
transformed data {
  matrix[N, K_X + 1] count_columns = append_col(X, zBase .* Trt);
}
parameters {
  vector<multiplier=b_sigma>[K_X] b;
  real<multiplier=both_sigma> both;
  real mean_raw;
  real<lower=0> P_sigma;
  vector<multiplier=P_pilot_scale>[N_patient] P_between;
  real<lower=0> extra_sigma;
  vector<multiplier=extra_pilot_scale>[N] extra_between;
}
transformed parameters {
  real mean = mean_mu - dot_product(mean_at_b, b) - mean_at_both * both + mean_sigma * mean_raw;
  vector[N_patient] P = mean + exp((1 - P_pilot_weight) * log(P_sigma / P_pilot_scale)) .* (P_between - P_pilot_weight .* (mean + patient_X * b + (both * patient_zBase) .* patient_Trt));
  vector[N] extra = exp((1 - extra_pilot_weight) * log(extra_sigma / extra_pilot_scale)) .* extra_between;
}
model {
  // b ~ Normal(), over X
  target += normal_lpdf(b | b_mu, b_sigma);
  // both ~ Normal()
  target += normal_lpdf(both | both_mu, both_sigma);
  // mean ~ Normal()
  target += std_normal_lpdf(mean_raw);
  // P_sigma ~ HalfNormal()
  target += normal_lpdf(P_sigma | 0, P_sigma_sigma) + log2();
  // P ~ Normal(mean, P_sigma), over patient
  target += normal_lpdf(P_between | P_pilot_weight .* (mean + patient_X * b + (both * patient_zBase) .* patient_Trt), P_pilot_scale * exp(P_pilot_weight * log(P_sigma / P_pilot_scale)));
  // extra_sigma ~ HalfNormal()
  target += normal_lpdf(extra_sigma | 0, extra_sigma_sigma) + log2();
  // extra ~ Normal(0, extra_sigma), over rows
  target += normal_lpdf(extra_between | 0, extra_pilot_scale * exp(extra_pilot_weight * log(extra_sigma / extra_pilot_scale)));
  // count ~ Poisson(log=b @ X + interaction + P + extra), observed
  target += poisson_log_glm_lpmf(count | count_columns, P[patient] + extra, append_row(b, [both]'));
}
