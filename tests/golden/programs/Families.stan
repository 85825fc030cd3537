// Families
// The other location-scale families, each in both forms.
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
  int<lower=0> N_school;  // units of school
  int<lower=0> N_room;  // units of room
  array[N_room] int<lower=1, upper=N_school> room_school;  // the school of each room
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  array[N] int<lower=1, upper=N_room> room;  // the room of each row
  vector[N] y;  // observed
  real<lower=0> s_pilot_size;  // about how large s is
  // numbers in the declarations
  real<lower=0> s_sigma;
  real<lower=0> t_nu;
  real<lower=0> t_raw_nu;
  real t_raw_mu;
}
parameters {
  real s_soft;
  vector[N_school] t;
  vector[N_school] t_raw_raw;
  vector[N_school] cauchy;
  vector[N_school] cauchy_raw_raw;
  vector[N_school] laplace;
  vector[N_room] laplace_raw_raw;
  vector[N_school] logistic;
  vector[N_room] logistic_raw_raw;
}
transformed parameters {
  real s = softened(s_soft, s_pilot_size);
  vector[N_school] t_raw = t_raw_mu + s * t_raw_raw;
  vector[N_school] cauchy_raw = t + s * cauchy_raw_raw;
  vector[N_room] laplace_raw = s * laplace_raw_raw;
  vector[N_room] logistic_raw = t[room_school] + exp(t[room_school]) .* logistic_raw_raw;
}
model {
  // s ~ HalfNormal(1)
  target += normal_lpdf(s | 0, s_sigma) + log2();
  target += log_slope_softened(s_soft, s_pilot_size);
  // t ~ StudentT(4, 0, s), over school
  target += student_t_lpdf(t | t_nu, 0, s);
  // t_raw ~ StudentT(4, 1, s), over school
  target += student_t_lpdf(t_raw_raw | t_raw_nu, 0, 1);
  // cauchy ~ Cauchy(0, s), over school
  target += cauchy_lpdf(cauchy | 0, s);
  // cauchy_raw ~ Cauchy(t, s), over school
  target += cauchy_lpdf(cauchy_raw_raw | 0, 1);
  // laplace ~ Laplace(0, s), over school
  target += double_exponential_lpdf(laplace | 0, s);
  // laplace_raw ~ Laplace(0, s), over room
  target += double_exponential_lpdf(laplace_raw_raw | 0, 1);
  // logistic ~ Logistic(0, s), over school
  target += logistic_lpdf(logistic | 0, s);
  // logistic_raw ~ Logistic(t, exp(t)), over room
  target += logistic_lpdf(logistic_raw_raw | 0, 1);
  // y ~ Normal(t + t_raw + cauchy + cauchy_raw + laplace + laplace_raw + logistic + logistic_raw, s), observed
  target += normal_lpdf(y | t[school] + t_raw[school] + cauchy[school] + cauchy_raw[school] + laplace[school] + laplace_raw[room] + logistic[school] + logistic_raw[room], s);
}
