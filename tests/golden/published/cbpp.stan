// Cbpp
// cbind(incidence, size - incidence) ~ period + (1 | herd), binomial
data {
  int<lower=0> N;  // rows
  int<lower=0> N_herd;  // units of herd
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=1, upper=N_herd> herd;  // the herd of each row
  array[N] int<lower=0> incidence;  // observed
  array[N] int<lower=0> size;  // 'size' of each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  vector<lower=0, upper=1>[N_herd] H_pilot_weight;  // how far each herd is centred
  real<lower=0> H_pilot_scale;  // about how large the scale of H is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> H_sigma_sigma;
  vector[K_b_covariates] H_at_b;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> H_sigma;
  vector<multiplier=H_pilot_scale>[N_herd] H_between;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[N_herd] H = exp((1 - H_pilot_weight) * log(H_sigma / H_pilot_scale)) .* (H_between - H_pilot_weight * dot_product(H_at_b, b));
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // H_sigma ~ HalfNormal()
  target += normal_lpdf(H_sigma | 0, H_sigma_sigma) + log2();
  // H ~ Normal(0, H_sigma), over herd
  target += normal_lpdf(H_between | H_pilot_weight * dot_product(H_at_b, b), H_pilot_scale * exp(H_pilot_weight * log(H_sigma / H_pilot_scale)));
  // incidence ~ Binomial(data("size"), logit=b @ b_covariates + H), observed
  target += binomial_logit_lpmf(incidence | size, b_covariates * b + H[herd]);
}
