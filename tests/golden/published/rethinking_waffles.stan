// Waffles
// D_obs ~ normal(D, D_sd), D ~ normal(a + bA * A + bM * M, s)
// M_obs ~ normal(M, M_sd), M ~ normal(aM + bAM * A, sM)
data {
  int<lower=0> N;  // rows
  int<lower=0> K_to_M_covariates;  // components of to_M_covariates
  int<lower=0> K_to_D_covariates;  // components of to_D_covariates
  vector[N] M_obs;  // observed
  vector[N] D_obs;  // observed
  vector[N] M_sd;  // 'M_sd' of each row
  vector[N] D_sd;  // 'D_sd' of each row
  matrix[N, K_to_M_covariates] to_M_covariates;  // the columns of to_M_covariates for each row
  matrix[N, K_to_D_covariates] to_D_covariates;  // the columns of to_D_covariates for each row
  vector<lower=0, upper=1>[N] M_pilot_weight;  // how far each row is centred
  real<lower=0> M_pilot_scale;  // about how large the scale of M is
  vector<lower=0, upper=1>[N] D_pilot_weight;  // how far each row is centred
  real<lower=0> D_pilot_scale;  // about how large the scale of D is
  // numbers in the declarations
  vector[K_to_M_covariates] to_M_mu;
  vector[K_to_M_covariates] to_M_first;
  vector[K_to_M_covariates] to_M_at_to_M;
  vector<lower=0>[K_to_M_covariates] to_M_sigma;
  vector[K_to_D_covariates] to_D_mu;
  vector[K_to_D_covariates] to_D_first;
  vector[K_to_D_covariates] to_D_at_to_D;
  vector<lower=0>[K_to_D_covariates] to_D_sigma;
  real<lower=0> bM_sigma;
  real<lower=0> M_sigma_sigma;
  real<lower=0> D_sigma_sigma;
}
parameters {
  vector[K_to_M_covariates] to_M_raw;
  vector[K_to_D_covariates] to_D_raw;
  real bM;
  real<lower=0> M_sigma;
  vector<multiplier=M_pilot_scale>[N] M_between;
  real<lower=0> D_sigma;
  vector<multiplier=D_pilot_scale>[N] D_between;
}
transformed parameters {
  vector[K_to_M_covariates] to_M = to_M_mu + to_M_sigma .* to_M_raw;
  to_M = to_M - to_M_first * dot_product(to_M_at_to_M, to_M);
  vector[K_to_D_covariates] to_D = to_D_mu + to_D_sigma .* to_D_raw;
  to_D = to_D - to_D_first * dot_product(to_D_at_to_D, to_D);
  vector[N] M = to_M_covariates * to_M + exp((1 - M_pilot_weight) * log(M_sigma / M_pilot_scale)) .* (M_between - M_pilot_weight .* (to_M_covariates * to_M));
  vector[N] D = to_D_covariates * to_D + bM * M + exp((1 - D_pilot_weight) * log(D_sigma / D_pilot_scale)) .* (D_between - D_pilot_weight .* (to_D_covariates * to_D + bM * M));
}
model {
  // to_M ~ Normal(), over to_M_covariates
  target += std_normal_lpdf(to_M_raw);
  // to_D ~ Normal(), over to_D_covariates
  target += std_normal_lpdf(to_D_raw);
  // bM ~ Normal(0, 0.5)
  target += normal_lpdf(bM | 0, bM_sigma);
  // M_sigma ~ HalfNormal()
  target += normal_lpdf(M_sigma | 0, M_sigma_sigma) + log2();
  // M ~ Normal(to_M @ to_M_covariates, M_sigma), over rows
  target += normal_lpdf(M_between | M_pilot_weight .* (to_M_covariates * to_M), M_pilot_scale * exp(M_pilot_weight * log(M_sigma / M_pilot_scale)));
  // D_sigma ~ HalfNormal()
  target += normal_lpdf(D_sigma | 0, D_sigma_sigma) + log2();
  // D ~ Normal(to_D @ to_D_covariates + bM * M, D_sigma), over rows
  target += normal_lpdf(D_between | D_pilot_weight .* (to_D_covariates * to_D + bM * M), D_pilot_scale * exp(D_pilot_weight * log(D_sigma / D_pilot_scale)));
  // M_obs ~ Normal(M, data("M_sd")), observed
  target += normal_lpdf(M_obs | M, M_sd);
  // D_obs ~ Normal(D, data("D_sd")), observed
  target += normal_lpdf(D_obs | D, D_sd);
}
