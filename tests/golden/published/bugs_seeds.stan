// Seeds
// r ~ binomial(n, p), logit p = a0 + a1 x1 + a2 x2 + a12 x1 x2 + b[plate]
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
  int<lower=0> N_plate;  // units of plate
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=1, upper=N_plate> plate;  // the plate of each row
  array[N] int<lower=0> y;  // observed
  array[N] int<lower=0> n;  // 'n' of each row
  matrix[N_plate, K_b_covariates] plate_b_covariates;  // the columns of b_covariates for each plate
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  real<lower=0> A_sigma_pilot_size;  // about how large A_sigma is
  vector<lower=0, upper=1>[N_plate] A_pilot_weight;  // how far each plate is centred
  real<lower=0> A_pilot_scale;  // about how large the scale of A is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> A_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  real A_sigma_soft;
  vector<multiplier=A_pilot_scale>[N_plate] A_between;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  real A_sigma = softened(A_sigma_soft, A_sigma_pilot_size);
  vector[N_plate] A = exp((1 - A_pilot_weight) * log(A_sigma / A_pilot_scale)) .* (A_between - A_pilot_weight .* (plate_b_covariates * b));
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // A_sigma ~ HalfNormal()
  target += normal_lpdf(A_sigma | 0, A_sigma_sigma) + log2();
  target += log_slope_softened(A_sigma_soft, A_sigma_pilot_size);
  // A ~ Normal(0, A_sigma), over plate
  target += normal_lpdf(A_between | A_pilot_weight .* (plate_b_covariates * b), A_pilot_scale * exp(A_pilot_weight * log(A_sigma / A_pilot_scale)));
  // y ~ Binomial(data("n"), logit=b @ b_covariates + A), observed
  target += binomial_logit_glm_lpmf(y | n, b_covariates, A[plate], b);
}
