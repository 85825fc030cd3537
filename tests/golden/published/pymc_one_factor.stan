// OneFactor
// score ~ normal(tau[test] + load[test] * eta[person], psi[test])
functions {
  // A positive number from z: `typical` times exp(z / 2) Phi(z). Above the typical size its logarithm grows
  // with z; towards 0 it falls as the square of z, so that a density which does not vanish at 0 has no long tail.
  real softened(real z, real typical) {
    return typical * exp(0.5 * z) * (0.5 * erfc(-sqrt(0.5) * z));
  }
  vector softened(vector z, vector typical) {
    return typical .* exp(0.5 * z) .* (0.5 * erfc(-sqrt(0.5) * z));
  }
  // The log of the derivative of `softened` by z, summed: what a density of positive numbers is multiplied by.
  real log_slope_softened(real z, real typical) {
    real density = exp(-0.5 * square(z)) / sqrt(2 * pi());
    return log(typical) + 0.5 * z + log(0.25 * erfc(-sqrt(0.5) * z) + density);
  }
  real log_slope_softened(vector z, vector typical) {
    vector[num_elements(z)] density = exp(-0.5 * square(z)) / sqrt(2 * pi());
    return sum(log(typical) + 0.5 * z + log(0.25 * erfc(-sqrt(0.5) * z) + density));
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_person;  // units of person
  int<lower=0> N_test;  // units of test
  array[N] int<lower=1, upper=N_test> test;  // the test of each row
  array[N] int<lower=1, upper=N_person> person;  // the person of each row
  vector[N] score;  // observed
  real<lower=0> tau_sigma_pilot_size;  // about how large tau_sigma is
  // numbers in the declarations
  real<lower=0> eta_sigma;
  real<lower=0> tau_sigma_sigma;
  real<lower=0> load_sigma_sigma;
  real<lower=0> psi_sigma_sigma;
}
parameters {
  vector[N_person] eta_raw;
  real tau_sigma_soft;
  vector[N_test] tau_raw;
  real<lower=0> load_sigma;
  vector<lower=0>[N_test] load;
  real<lower=0> psi_sigma;
  vector<lower=0>[N_test] psi;
}
transformed parameters {
  vector[N_person] eta = eta_sigma * eta_raw;
  real tau_sigma = softened(tau_sigma_soft, tau_sigma_pilot_size);
  vector[N_test] tau = tau_sigma * tau_raw;
}
model {
  // eta ~ Normal(0, 1), over person
  target += std_normal_lpdf(eta_raw);
  // tau_sigma ~ HalfNormal()
  target += normal_lpdf(tau_sigma | 0, tau_sigma_sigma) + log2();
  target += log_slope_softened(tau_sigma_soft, tau_sigma_pilot_size);
  // tau ~ Normal(0, tau_sigma), over test
  target += std_normal_lpdf(tau_raw);
  // load_sigma ~ HalfNormal()
  target += normal_lpdf(load_sigma | 0, load_sigma_sigma) + log2();
  // load ~ HalfNormal(load_sigma), over test
  target += normal_lpdf(load | 0, load_sigma) + num_elements(load) * log2();
  // psi_sigma ~ HalfNormal()
  target += normal_lpdf(psi_sigma | 0, psi_sigma_sigma) + log2();
  // psi ~ HalfNormal(psi_sigma), over test
  target += normal_lpdf(psi | 0, psi_sigma) + num_elements(psi) * log2();
  // score ~ Normal(tau + load * eta, psi), observed
  target += normal_lpdf(score | tau[test] + load[test] .* eta[person], psi[test]);
}
