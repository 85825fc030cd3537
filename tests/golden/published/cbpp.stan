// Cbpp
// cbind(incidence, size - incidence) ~ period + (1 | herd), binomial
data {
  int<lower=0> N;  // rows
  int<lower=0> N_herd;  // units of herd
  int<lower=0> K_period;  // components of period
  array[N] int<lower=1, upper=N_herd> herd;  // the herd of each row
  array[N] int<lower=0> incidence;  // observed
  array[N] int<lower=0> size;  // 'size' of each row
  matrix[N, K_period] period;  // the columns of period for each row
  vector<lower=0, upper=1>[N_herd] H_pilot_weight;  // how far each herd is centred
  real<lower=0> H_pilot_scale;  // about how large the scale of H is
  // numbers in the declarations
  vector[K_period] b_mu;
  vector<lower=0>[K_period] b_sigma;
  real mean_mu;
  vector[K_period] mean_at_b;
  real<lower=0> mean_sigma;
  real<lower=0> H_sigma_sigma;
  vector[K_period] H_at_b;
}
parameters {
  real mean_raw;
  vector<multiplier=b_sigma>[K_period] b;
  real<lower=0> H_sigma;
  vector<multiplier=H_pilot_scale>[N_herd] H_between;
}
transformed parameters {
  real mean = mean_mu - dot_product(mean_at_b, b) + mean_sigma * mean_raw;
  vector[N_herd] H = mean + exp((1 - H_pilot_weight) * log(H_sigma / H_pilot_scale)) .* (H_between - H_pilot_weight * (mean + dot_product(H_at_b, b)));
}
model {
  // mean ~ Normal()
  target += std_normal_lpdf(mean_raw);
  // b ~ Normal(), over period
  target += normal_lpdf(b | b_mu, b_sigma);
  // H_sigma ~ HalfNormal()
  target += normal_lpdf(H_sigma | 0, H_sigma_sigma) + log2();
  // H ~ Normal(mean, H_sigma), over herd
  target += normal_lpdf(H_between | H_pilot_weight * (mean + dot_product(H_at_b, b)), H_pilot_scale * exp(H_pilot_weight * log(H_sigma / H_pilot_scale)));
  // incidence ~ Binomial(data("size"), logit=H + b @ period), observed
  target += binomial_logit_glm_lpmf(incidence | size, period, H[herd], b);
}
