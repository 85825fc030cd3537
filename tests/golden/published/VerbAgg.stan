// VerbAgg
// r2 ~ (Anger + Gender + btype + situ)^2 + (1 | id) + (1 | item), binomial
data {
  int<lower=0> N;  // rows
  int<lower=0> N_person;  // units of person
  int<lower=0> N_item;  // units of item
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=1, upper=N_person> person;  // the person of each row
  array[N] int<lower=1, upper=N_item> item;  // the item of each row
  array[N] int<lower=0, upper=1> r2;  // observed
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  vector<lower=0, upper=1>[N_person] P_pilot_weight;  // how far each person is centred
  real<lower=0> P_pilot_scale;  // about how large the scale of P is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> P_sigma_sigma;
  real<lower=0> T_sigma_sigma;
  vector[K_b_covariates] T_at_b;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> P_sigma;
  vector<multiplier=P_pilot_scale>[N_person] P_between;
  real<lower=0> T_sigma;
  vector<multiplier=T_sigma_sigma>[N_item] T_at_means;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[N_person] P = exp((1 - P_pilot_weight) * log(P_sigma / P_pilot_scale)) .* P_between;
  vector[N_item] T_ = T_at_means - dot_product(T_at_b, b);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // P_sigma ~ HalfNormal()
  target += normal_lpdf(P_sigma | 0, P_sigma_sigma) + log2();
  // P ~ Normal(0, P_sigma), over person
  target += normal_lpdf(P_between | 0, P_pilot_scale * exp(P_pilot_weight * log(P_sigma / P_pilot_scale)));
  // T_sigma ~ HalfNormal()
  target += normal_lpdf(T_sigma | 0, T_sigma_sigma) + log2();
  // T ~ Normal(0, T_sigma), over item
  target += normal_lpdf(T_ | 0, T_sigma);
  // r2 ~ Bernoulli(logit=b @ b_covariates + P + T), observed
  target += bernoulli_logit_glm_lpmf(r2 | b_covariates, P[person] + T_[item], b);
}
