// Reedfrogs
// surv ~ binomial(density, p), logit p = a[tank], a[tank] ~ normal(a_bar, sigma)
data {
  int<lower=0> N;  // rows
  int<lower=0> N_tank;  // units of tank
  array[N] int<lower=1, upper=N_tank> tank;  // the tank of each row
  array[N] int<lower=0> surv;  // observed
  array[N] int<lower=0> density;  // 'density' of each row
  vector<lower=0, upper=1>[N_tank] a_pilot_weight;  // how far each tank is centred
  real<lower=0> a_pilot_scale;  // about how large the scale of a is
  // numbers in the declarations
  real a_mean_mu;
  real<lower=0> a_mean_sigma;
  real<lower=0> a_sd_sigma;
}
parameters {
  real<multiplier=a_mean_sigma> a_mean;
  real<lower=0> a_sd;
  vector<multiplier=a_pilot_scale>[N_tank] a_between;
}
transformed parameters {
  vector[N_tank] a = a_mean + exp((1 - a_pilot_weight) * log(a_sd / a_pilot_scale)) .* (a_between - a_pilot_weight * a_mean);
}
model {
  // a_mean ~ Normal()
  target += normal_lpdf(a_mean | a_mean_mu, a_mean_sigma);
  // a_sd ~ HalfNormal()
  target += normal_lpdf(a_sd | 0, a_sd_sigma) + log2();
  // a ~ Normal(a_mean, a_sd), over tank
  target += normal_lpdf(a_between | a_pilot_weight * a_mean, a_pilot_scale * exp(a_pilot_weight * log(a_sd / a_pilot_scale)));
  // surv ~ Binomial(data("density"), logit=a), observed
  target += binomial_logit_lpmf(surv | density, a[tank]);
}
