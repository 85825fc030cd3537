// AwkwardNames
// Names that the program would like for itself.
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
  int<lower=0> N_N;  // units of N
  int<lower=0> K_K;  // components of K
  array[N] int<lower=1, upper=N_N> N_2;  // the N of each row
  vector[N] target_;  // observed as 'y'
  vector<lower=0>[N] target_weights;  // frequency weights of target
  vector[N] x_2;  // 'x' of each row
  real<lower=0> rows_pilot_size;  // about how large rows is
  vector<lower=0, upper=1>[N_N] x_pilot_weight;  // how far each N is centred
  real<lower=0> x_pilot_scale;  // about how large the scale of x is
  // numbers in the declarations
  real<lower=0> k_raw_sigma;
  real<lower=0> n_sigma;
  real<lower=0> k_sigma;
  real<lower=0> y_sigma_2_sigma;
  real<lower=0> lp___sigma;
  real<lower=0> rows_sigma;
}
parameters {
  real k_raw;
  vector[N_N] n_lifted;
  matrix[N_N, K_K] k;
  real<lower=0> y_sigma_2;
  real<lower=0> lp;
  real rows_soft;
  vector<multiplier=x_pilot_scale>[N_N] x_between;
}
transformed parameters {
  vector[N_N] n = n_lifted - k_raw;
  real rows = softened(rows_soft, rows_pilot_size);
  vector[N_N] x = k[, 1] + exp((1 - x_pilot_weight) * log(rows / x_pilot_scale)) .* (x_between - x_pilot_weight .* k[, 1]);
}
model {
  // k_raw ~ Normal(0, 1)
  target += normal_lpdf(k_raw | 0, k_raw_sigma);
  // n ~ Normal(0, 1), over N
  target += normal_lpdf(n | 0, n_sigma);
  // k ~ Normal(0, 1), over N, K
  for (k_2 in 1:K_K) {
    target += normal_lpdf(k[, k_2] | 0, k_sigma);
  }
  // y_sigma_2 ~ HalfNormal(1)
  target += normal_lpdf(y_sigma_2 | 0, y_sigma_2_sigma) + log2();
  // lp__ ~ HalfNormal(1)
  target += normal_lpdf(lp | 0, lp___sigma) + log2();
  // rows ~ HalfCauchy(1)
  target += cauchy_lpdf(rows | 0, rows_sigma) + log2();
  target += log_slope_softened(rows_soft, rows_pilot_size);
  // x ~ Normal(k[0], rows), over N
  target += normal_lpdf(x_between | x_pilot_weight .* k[, 1], x_pilot_scale * exp(x_pilot_weight * log(rows / x_pilot_scale)));
  // target ~ Normal(n + k[1] + k_raw + x * data("x"), lp__), observed as y, weights times
  {
    vector[N] target_mu = n[N_2] + k[N_2, 2] + k_raw + x[N_2] .* x_2;
    for (n_2 in 1:N) {
      target += target_weights[n_2] * normal_lpdf(target_[n_2] | target_mu[n_2], lp);
    }
  }
}
