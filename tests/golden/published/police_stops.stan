// Stops
// stops ~ eth + offset(log(arrests)) + (1 | precinct) + (1 | obs), poisson
data {
  int<lower=0> N;  // rows
  int<lower=0> N_precinct;  // units of precinct
  int<lower=0> K_eth;  // components of eth
  array[N] int<lower=1, upper=N_precinct> precinct;  // the precinct of each row
  array[N] int<lower=0> stops;  // observed
  vector[N] arrests;  // 'arrests' of each row
  matrix[N, K_eth] eth;  // the columns of eth for each row
  vector<lower=0, upper=1>[N_precinct] P_pilot_weight;  // how far each precinct is centred
  real<lower=0> P_pilot_scale;  // about how large the scale of P is
  // numbers in the declarations
  vector[K_eth] b_mu;
  vector<lower=0>[K_eth] b_sigma;
  real mean_mu;
  vector[K_eth] mean_at_b;
  real<lower=0> mean_sigma;
  real<lower=0> P_sigma_sigma;
  real<lower=0> extra_sigma_sigma;
}
parameters {
  real mean_raw;
  vector<multiplier=b_sigma>[K_eth] b;
  real<lower=0> P_sigma;
  vector<multiplier=P_pilot_scale>[N_precinct] P_between;
  real<lower=0> extra_sigma;
  vector<multiplier=extra_sigma_sigma>[N] extra;
}
transformed parameters {
  real mean = mean_mu - dot_product(mean_at_b, b) + mean_sigma * mean_raw;
  vector[N_precinct] P = mean + exp((1 - P_pilot_weight) * log(P_sigma / P_pilot_scale)) .* (P_between - P_pilot_weight * mean);
}
model {
  // mean ~ Normal()
  target += std_normal_lpdf(mean_raw);
  // b ~ Normal(), over eth
  target += normal_lpdf(b | b_mu, b_sigma);
  // P_sigma ~ HalfNormal()
  target += normal_lpdf(P_sigma | 0, P_sigma_sigma) + log2();
  // P ~ Normal(mean, P_sigma), over precinct
  target += normal_lpdf(P_between | P_pilot_weight * mean, P_pilot_scale * exp(P_pilot_weight * log(P_sigma / P_pilot_scale)));
  // extra_sigma ~ HalfNormal()
  target += normal_lpdf(extra_sigma | 0, extra_sigma_sigma) + log2();
  // extra ~ Normal(0, extra_sigma), over rows
  target += normal_lpdf(extra | 0, extra_sigma);
  // stops ~ Poisson(log=P + b @ eth + extra + log(data("arrests"))), observed
  target += poisson_log_glm_lpmf(stops | eth, P[precinct] + extra + log(arrests), b);
}
