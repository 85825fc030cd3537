// NumericalNoise
// Scalars with forms of their own, and numbers with many digits.
data {
  int<lower=0> N;  // rows
  vector[N] y;  // observed
  // numbers in the declarations
  real a_mu;
  real<lower=0> a_sigma;
  real<lower=0> t_nu;
  real<lower=0> t_sigma;
  real u_alpha;
  real u_beta;
  real v_beta;
  real<lower=0> y_sigma;
}
parameters {
  real a_raw;
  real t;
  real<lower=u_alpha, upper=u_beta> u;
  real<lower=u, upper=v_beta> v;
}
transformed parameters {
  real a = a_mu + a_sigma * a_raw;
}
model {
  // a ~ Normal(0.1234567890123, 1e-07)
  target += std_normal_lpdf(a_raw);
  // t ~ StudentT(3, 0, 2.5)
  target += student_t_lpdf(t | t_nu, 0, t_sigma);
  // u ~ Uniform(-1, 1)
  target += uniform_lpdf(u | u_alpha, u_beta);
  // v ~ Uniform(u, 2)
  target += uniform_lpdf(v | u, v_beta);
  // y ~ Normal(a + t + u + v, 1), observed
  target += normal_lpdf(y | a + t + u + v, y_sigma);
}
