// Stops
// stops ~ eth + offset(log(arrests)) + (1 | precinct) + (1 | obs), poisson
data {
  int<lower=0> N;  // rows
  int<lower=0> N_precinct;  // units of precinct
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=1, upper=N_precinct> precinct;  // the precinct of each row
  array[N] int<lower=0> stops;  // observed
  vector[N] arrests;  // 'arrests' of each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  vector<lower=0, upper=1>[N_precinct] P_pilot_weight;  // how far each precinct is centred
  real<lower=0> P_pilot_scale;  // about how large the scale of P is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> P_sigma_sigma;
  real<lower=0> extra_sigma_sigma;
}
transformed data {
  vector[N] log_arrests = log(arrests);  // log_arrests = log(data("arrests"))
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> P_sigma;
  vector<multiplier=P_pilot_scale>[N_precinct] P_between;
  real<lower=0> extra_sigma;
  vector<multiplier=extra_sigma_sigma>[N] extra;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[N_precinct] P = exp((1 - P_pilot_weight) * log(P_sigma / P_pilot_scale)) .* P_between;
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // P_sigma ~ HalfNormal()
  target += normal_lpdf(P_sigma | 0, P_sigma_sigma) + log2();
  // P ~ Normal(0, P_sigma), over precinct
  target += normal_lpdf(P_between | 0, P_pilot_scale * exp(P_pilot_weight * log(P_sigma / P_pilot_scale)));
  // extra_sigma ~ HalfNormal()
  target += normal_lpdf(extra_sigma | 0, extra_sigma_sigma) + log2();
  // extra ~ Normal(0, extra_sigma), over rows
  target += normal_lpdf(extra | 0, extra_sigma);
  // stops ~ Poisson(log=b @ b_covariates + P + extra + log_arrests), observed
  target += poisson_log_glm_lpmf(stops | b_covariates, P[precinct] + extra + log_arrests, b);
}
