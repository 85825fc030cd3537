// Curves
// y ~ 0 + hsgp(x, by=fac, m=20, c=1.5)
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
  int<lower=0> N_fac;  // units of fac
  int<lower=0> K_f_covariates;  // components of f_covariates
  array[N] int<lower=1, upper=N_fac> fac;  // the fac of each row
  vector[N] y;  // observed
  matrix[N, K_f_covariates] f_covariates;  // the columns of f_covariates for each row
  real<lower=0> f_length_pilot_size;  // about how large f_length is
  real<lower=0> f_sigma_pilot_size;  // about how large f_sigma is
  // numbers in the declarations
  real<lower=0> f_length_sigma;
  real<lower=0> f_sigma_sigma;
  vector[K_f_covariates] f_squared_frequency;
  real<lower=0> y_sigma_sigma;
}
parameters {
  real f_length_soft;
  real f_sigma_soft;
  matrix[N_fac, K_f_covariates] f_raw;
  real<lower=0> y_sigma;
}
transformed parameters {
  real f_length = softened(f_length_soft, f_length_pilot_size);
  real f_sigma = softened(f_sigma_soft, f_sigma_pilot_size);
  matrix[N_fac, K_f_covariates] f;
  for (k in 1:K_f_covariates) {
    f[, k] = f_sigma * 1.5832334870861595 * f_length ^ 0.5 * exp(-(f_squared_frequency[k] * square(f_length)) / 4.0) * f_raw[, k];
  }
}
model {
  // f_length ~ HalfNormal()
  target += normal_lpdf(f_length | 0, f_length_sigma) + log2();
  target += log_slope_softened(f_length_soft, f_length_pilot_size);
  // f_sigma ~ HalfNormal()
  target += normal_lpdf(f_sigma | 0, f_sigma_sigma) + log2();
  target += log_slope_softened(f_sigma_soft, f_sigma_pilot_size);
  // f ~ Normal(0, spectrum(f_length, f_sigma)), over fac, f_covariates
  target += std_normal_lpdf(to_vector(f_raw));
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(f @ f_covariates, y_sigma), observed
  target += normal_lpdf(y | rows_dot_product(f[fac], f_covariates), y_sigma);
}
