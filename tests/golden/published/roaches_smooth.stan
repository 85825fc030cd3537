// RoachesSmooth
// y ~ s(roach1) + treatment + log(exposure2) + (1 | senior), neg_binomial_2
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
  int<lower=0> N_senior;  // units of senior
  int<lower=0> K_S;  // components of S
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=1, upper=N_senior> senior;  // the senior of each row
  array[N] int<lower=0> y;  // observed
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  matrix[N, K_S] S;  // the columns of S for each row
  vector<lower=0, upper=1>[K_S] w_pilot_weight;  // how far each coefficient is centred
  vector<lower=0>[K_S] w_pilot_scale;  // about how large the scale of w is
  real<lower=0> A_sigma_pilot_size;  // about how large A_sigma is
  vector<lower=0, upper=1>[N_senior] A_pilot_weight;  // how far each senior is centred
  real<lower=0> A_pilot_scale;  // about how large the scale of A is
  // numbers in the declarations
  real<lower=0> w_sigma_sigma;
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector[K_S] b_at_w;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> A_sigma_sigma;
  vector[K_b_covariates] A_at_b;
  vector[K_S] A_at_w;
  real<lower=0> y_shape_alpha;
  real<lower=0> y_shape_beta;
}
transformed data {
  matrix[N, K_b_covariates + K_S] y_columns = append_col(b_covariates, S);
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> w_sigma;
  vector<multiplier=w_pilot_scale>[K_S] w_between;
  real A_sigma_soft;
  vector<multiplier=A_pilot_scale>[N_senior] A_between;
  real<lower=0> y_shape;
}
transformed parameters {
  vector[K_S] w = exp((1 - w_pilot_weight) .* log(w_sigma ./ w_pilot_scale)) .* w_between;
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * (dot_product(b_at_b, b) + dot_product(b_at_w, w));
  real A_sigma = softened(A_sigma_soft, A_sigma_pilot_size);
  vector[N_senior] A = exp((1 - A_pilot_weight) * log(A_sigma / A_pilot_scale)) .* (A_between - A_pilot_weight * (dot_product(A_at_b, b) + dot_product(A_at_w, w)));
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // w_sigma ~ HalfNormal()
  target += normal_lpdf(w_sigma | 0, w_sigma_sigma) + log2();
  // w ~ Normal(0, w_sigma), over S
  target += normal_lpdf(w_between | 0, w_pilot_scale .* exp(w_pilot_weight .* log(w_sigma ./ w_pilot_scale)));
  // A_sigma ~ HalfNormal()
  target += normal_lpdf(A_sigma | 0, A_sigma_sigma) + log2();
  target += log_slope_softened(A_sigma_soft, A_sigma_pilot_size);
  // A ~ Normal(0, A_sigma), over senior
  target += normal_lpdf(A_between | A_pilot_weight * (dot_product(A_at_b, b) + dot_product(A_at_w, w)), A_pilot_scale * exp(A_pilot_weight * log(A_sigma / A_pilot_scale)));
  // y_shape ~ Gamma(alpha=2)
  target += gamma_lpdf(y_shape | y_shape_alpha, y_shape_beta);
  // y ~ NegBinomial(log=b @ b_covariates + w @ S + A, shape=y_shape), observed
  target += neg_binomial_2_log_glm_lpmf(y | y_columns, A[senior], append_row(b, w), y_shape);
}
