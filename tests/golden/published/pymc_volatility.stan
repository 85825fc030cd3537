// Volatility
// change ~ student_t(nu, 0, exp(h)), h a random walk
data {
  int<lower=0> N;  // rows
  int<lower=0> K_steps;  // components of steps
  vector[N] change;  // observed
  matrix[N, K_steps] steps;  // the columns of steps for each row
  // numbers in the declarations
  real<lower=0> step_sd_sigma;
  real start_mu;
  vector[K_steps] start_at_step;
  real<lower=0> start_sigma;
  real<lower=0> change_nu_alpha;
  real<lower=0> change_nu_beta;
}
parameters {
  real start_raw;
  real<lower=0> step_sd;
  vector[K_steps] step_raw;
  real<lower=0> change_nu;
}
transformed parameters {
  vector[K_steps] step = step_sd * step_raw;
  real start = start_mu - dot_product(start_at_step, step) + start_sigma * start_raw;
}
model {
  // start ~ Normal()
  target += std_normal_lpdf(start_raw);
  // step_sd ~ HalfNormal()
  target += normal_lpdf(step_sd | 0, step_sd_sigma) + log2();
  // step ~ Normal(0, step_sd), over steps
  target += std_normal_lpdf(step_raw);
  vector[N] volatility = exp(start + steps * step);  // volatility = exp(start + step @ steps)
  // change_nu ~ Gamma(2, 0.1)
  target += gamma_lpdf(change_nu | change_nu_alpha, change_nu_beta);
  // change ~ StudentT(change_nu, 0, volatility), observed
  target += student_t_lpdf(change | change_nu, 0, volatility);
}
