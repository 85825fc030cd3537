// Coefficients
// Covariates: numeric, categorical, with coefficients that vary, beside a GLM function.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  int<lower=0> K_X;  // components of X
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  vector[N] y;  // observed
  vector[N] y2;  // observed
  matrix[N, K_X] X;  // the columns of X for each row
  vector<lower=0, upper=1>[N_school] a_pilot_weight;  // how far each school is centred
  real<lower=0> a_pilot_scale;  // about how large the scale of a is
  // numbers in the declarations
  vector[K_X] b_mu;
  vector<lower=0>[K_X] b_sigma;
  real<lower=0> a_sigma;
  vector[K_X] a_at_b;
  real<lower=0> mine_sigma;
  real<lower=0> y_sigma;
  real<lower=0> y2_sigma;
}
parameters {
  vector<multiplier=a_pilot_scale>[N_school] a_between;
  vector<multiplier=b_sigma>[K_X] b;
  matrix[N_school, K_X] mine_raw;
}
transformed parameters {
  vector[N_school] a = exp((1 - a_pilot_weight) * log(a_sigma / a_pilot_scale)) .* (a_between - a_pilot_weight * dot_product(a_at_b, b));
  matrix[N_school, K_X] mine;
  for (k in 1:K_X) {
    mine[, k] = b[k] + mine_sigma * mine_raw[, k];
  }
}
model {
  // a ~ Normal(0, 1), over school
  target += normal_lpdf(a_between | a_pilot_weight * dot_product(a_at_b, b), a_pilot_scale * exp(a_pilot_weight * log(a_sigma / a_pilot_scale)));
  // b ~ Normal(), over X
  target += normal_lpdf(b | b_mu, b_sigma);
  // mine ~ Normal(b, 0.3), over school, X
  target += std_normal_lpdf(to_vector(mine_raw));
  // y ~ Normal(a + b @ X, 2), observed
  target += normal_id_glm_lpdf(y | X, a[school], b, y_sigma);
  // y2 ~ Normal(mine @ X, 2), observed
  target += normal_lpdf(y2 | rows_dot_product(mine[school], X), y2_sigma);
}
