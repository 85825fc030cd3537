// Clotting
// clot_time ~ log_plasma * lot_id, Gamma(inverse)
data {
  int<lower=0> N;  // rows
  int<lower=0> N_lot_id;  // units of lot_id
  array[N] int<lower=1, upper=N_lot_id> lot_id;  // the lot_id of each row
  vector<lower=0>[N] clot_time;  // observed
  vector[N] log_plasma;  // 'log_plasma' of each row
  // numbers in the declarations
  real<lower=0> a_sigma;
  real<lower=0> b_sigma;
  real<lower=0> shape_alpha;
  real<lower=0> shape_beta;
}
parameters {
  vector[N_lot_id] a_raw;
  vector[N_lot_id] b_raw;
  real<lower=0> shape;
}
transformed parameters {
  vector[N_lot_id] a = a_sigma * a_raw;
  vector[N_lot_id] b = b_sigma * b_raw;
}
model {
  // a ~ Normal(0, 1), over lot_id
  target += std_normal_lpdf(a_raw);
  // b ~ Normal(0, 1), over lot_id
  target += std_normal_lpdf(b_raw);
  // shape ~ Gamma(1, 0.01)
  target += gamma_lpdf(shape | shape_alpha, shape_beta);
  vector[N] inverse = abs(a[lot_id] + b[lot_id] .* log_plasma);  // inverse = abs(a + b * data("log_plasma"))
  // clot_time ~ Gamma(shape, shape * inverse), observed
  target += gamma_lpdf(clot_time | shape, shape * inverse);
}
