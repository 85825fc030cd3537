// Arithmetic
// Every operator and function, with scalars, columns and quantities over rows.
data {
  int<lower=0> N;  // rows
  vector[N] y;  // observed
  vector[N] x;  // 'x' of each row
  vector[N] z;  // 'z' of each row
  vector[N] share;  // 'share' of each row
  vector<lower=0, upper=1>[N] e_pilot_weight;  // how far each row is centred
  real<lower=0> e_pilot_scale;  // about how large the scale of e is
  // numbers in the declarations
  real<lower=0> a_sigma;
  real<lower=0> s_sigma;
  real c;
  real<lower=0> e_sigma;
}
parameters {
  real a;
  real<lower=0> s;
  vector<multiplier=e_pilot_scale>[N] e_between;
}
transformed parameters {
  vector[N] e = exp((1 - e_pilot_weight) * log(e_sigma / e_pilot_scale)) .* e_between;
  real both = a / s - s ^ (-c) + 3.0 / c;  // both = a / s - s ** (-c) + 3 / c
}
model {
  // a ~ Normal(0, 1)
  target += normal_lpdf(a | 0, a_sigma);
  // s ~ HalfNormal(1)
  target += normal_lpdf(s | 0, s_sigma) + log2();
  // e ~ Normal(0, 1), over rows
  target += normal_lpdf(e_between | 0, e_pilot_scale * exp(e_pilot_weight * log(e_sigma / e_pilot_scale)));
  vector[N] rowwise = e .* x ./ (1 + square(z)) - -e .^ 2 + 2 .^ x;  // rowwise = e * data("x") / (1 + square(data("z"))) - -e ** 2 + 2 ** data("x")
  vector[N] bounded = inv_logit(e) + Phi(a) + inv_cloglog(a) + tanh(e) + sin(e) + cos(a);  // bounded = inv_logit(e) + Phi(a) + inv_cloglog(a) + tanh(e) + sin(e) + cos(a)
  vector[N] grown = exp(a) + log(s) + log1p(s) + sqrt(s) + abs(a) + expm1(a) + logit(share);  // grown = exp(a) + log(s) + log1p(s) + sqrt(s) + abs(a) + expm1(a) + logit(data("share"))
  // y ~ Normal(both + rowwise + bounded + grown, s), observed
  target += normal_lpdf(y | both + rowwise + bounded + grown, s);
}
