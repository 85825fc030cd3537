// Slopes
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
  int<lower=0> K_corr;  // components of corr
  int<lower=0> K_B;  // components of B
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  vector[N] y;  // observed
  vector[N] x;  // 'x' of each row
  real<lower=0> sd0_pilot_size;  // about how large sd0 is
  real<lower=0> sd1_pilot_size;  // about how large sd1 is
  // numbers in the declarations
  real<lower=0> intercept_sigma;
  real<lower=0> slope_sigma;
  real<lower=0> sd0_sigma;
  real<lower=0> sd1_sigma;
  real<lower=0> corr_eta;
  real<lower=0> y_sigma;
}
parameters {
  real intercept;
  real slope;
  real sd0_soft;
  real sd1_soft;
  cholesky_factor_corr[K_corr] corr_cholesky;
  matrix[N_school, K_B] B;
}
transformed parameters {
  real sd0 = softened(sd0_soft, sd0_pilot_size);
  real sd1 = softened(sd1_soft, sd1_pilot_size);
}
model {
  // intercept ~ Normal(0, 1)
  target += normal_lpdf(intercept | 0, intercept_sigma);
  // slope ~ Normal(0, 1)
  target += normal_lpdf(slope | 0, slope_sigma);
  // sd0 ~ HalfNormal(1)
  target += normal_lpdf(sd0 | 0, sd0_sigma) + log2();
  target += log_slope_softened(sd0_soft, sd0_pilot_size);
  // sd1 ~ HalfNormal(1)
  target += normal_lpdf(sd1 | 0, sd1_sigma) + log2();
  target += log_slope_softened(sd1_soft, sd1_pilot_size);
  // corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(corr_cholesky | corr_eta);
  // B ~ MultiNormal([intercept, slope], [sd0, sd1], corr), over school
  {
    array[N_school] vector[K_B] B_vectors;
    for (n in 1:N_school) {
      B_vectors[n] = B[n]';
    }
    target += multi_normal_cholesky_lpdf(B_vectors | [intercept, slope]', diag_pre_multiply([sd0, sd1]', corr_cholesky));
  }
  // y ~ Normal(B[0] + B['slope'] * data("x"), 1), observed
  target += normal_lpdf(y | B[school, 1] + B[school, 2] .* x, y_sigma);
}
generated quantities {
  matrix[K_corr, K_corr] corr = multiply_lower_tri_self_transpose(corr_cholesky);
}
