// Additive
// y ~ s(x1) + s(x2) + (1 | fac), sigma ~ s(x0) + (1 | fac)
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
  int<lower=0> K_S1;  // components of S1
  int<lower=0> K_S2;  // components of S2
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_S0;  // components of S0
  int<lower=0> K_g_covariates;  // components of g_covariates
  array[N] int<lower=1, upper=N_fac> fac;  // the fac of each row
  vector[N] y;  // observed
  matrix[N, K_g_covariates] g_covariates;  // the columns of g_covariates for each row
  matrix[N, K_S0] S0;  // the columns of S0 for each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  matrix[N, K_S1] S1;  // the columns of S1 for each row
  matrix[N, K_S2] S2;  // the columns of S2 for each row
  vector<lower=0, upper=1>[K_S1] w1_pilot_weight;  // how far each coefficient is centred
  vector<lower=0>[K_S1] w1_pilot_scale;  // about how large the scale of w1 is
  vector<lower=0, upper=1>[K_S2] w2_pilot_weight;  // how far each coefficient is centred
  vector<lower=0>[K_S2] w2_pilot_scale;  // about how large the scale of w2 is
  vector<lower=0, upper=1>[N_fac] A_pilot_weight;  // how far each fac is centred
  real<lower=0> A_pilot_scale;  // about how large the scale of A is
  real<lower=0> G_sigma_pilot_size;  // about how large G_sigma is
  // numbers in the declarations
  real<lower=0> w1_sigma_sigma;
  real<lower=0> w2_sigma_sigma;
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector[K_S1] b_at_w1;
  vector[K_S2] b_at_w2;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> w0_sigma_sigma;
  vector[K_g_covariates] g_mu;
  vector[K_g_covariates] g_first;
  vector[K_g_covariates] g_at_g;
  vector[K_S0] g_at_w0;
  vector<lower=0>[K_g_covariates] g_sigma;
  real<lower=0> A_sigma_sigma;
  vector[K_b_covariates] A_at_b;
  vector[K_S1] A_at_w1;
  vector[K_S2] A_at_w2;
  real<lower=0> G_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  vector[K_g_covariates] g_raw;
  real<lower=0> w0_sigma;
  vector[K_S0] w0_raw;
  real<lower=0> w1_sigma;
  vector<multiplier=w1_pilot_scale>[K_S1] w1_between;
  real<lower=0> w2_sigma;
  vector<multiplier=w2_pilot_scale>[K_S2] w2_between;
  real<lower=0> A_sigma;
  vector<multiplier=A_pilot_scale>[N_fac] A_between;
  real G_sigma_soft;
  vector[N_fac] G_raw;
}
transformed parameters {
  vector[K_S1] w1 = exp((1 - w1_pilot_weight) .* log(w1_sigma ./ w1_pilot_scale)) .* w1_between;
  vector[K_S2] w2 = exp((1 - w2_pilot_weight) .* log(w2_sigma ./ w2_pilot_scale)) .* w2_between;
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * (dot_product(b_at_b, b) + dot_product(b_at_w1, w1) + dot_product(b_at_w2, w2));
  vector[K_S0] w0 = w0_sigma * w0_raw;
  vector[K_g_covariates] g = g_mu + g_sigma .* g_raw;
  g = g - g_first * (dot_product(g_at_g, g) + dot_product(g_at_w0, w0));
  vector[N_fac] A = exp((1 - A_pilot_weight) * log(A_sigma / A_pilot_scale)) .* (A_between - A_pilot_weight * (dot_product(A_at_b, b) + dot_product(A_at_w1, w1) + dot_product(A_at_w2, w2)));
  real G_sigma = softened(G_sigma_soft, G_sigma_pilot_size);
  vector[N_fac] G = G_sigma * G_raw;
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // g ~ Normal(), over g_covariates
  target += std_normal_lpdf(g_raw);
  // w0_sigma ~ HalfNormal()
  target += normal_lpdf(w0_sigma | 0, w0_sigma_sigma) + log2();
  // w0 ~ Normal(0, w0_sigma), over S0
  target += std_normal_lpdf(w0_raw);
  // w1_sigma ~ HalfNormal()
  target += normal_lpdf(w1_sigma | 0, w1_sigma_sigma) + log2();
  // w1 ~ Normal(0, w1_sigma), over S1
  target += normal_lpdf(w1_between | 0, w1_pilot_scale .* exp(w1_pilot_weight .* log(w1_sigma ./ w1_pilot_scale)));
  // w2_sigma ~ HalfNormal()
  target += normal_lpdf(w2_sigma | 0, w2_sigma_sigma) + log2();
  // w2 ~ Normal(0, w2_sigma), over S2
  target += normal_lpdf(w2_between | 0, w2_pilot_scale .* exp(w2_pilot_weight .* log(w2_sigma ./ w2_pilot_scale)));
  // A_sigma ~ HalfNormal()
  target += normal_lpdf(A_sigma | 0, A_sigma_sigma) + log2();
  // A ~ Normal(0, A_sigma), over fac
  target += normal_lpdf(A_between | A_pilot_weight * (dot_product(A_at_b, b) + dot_product(A_at_w1, w1) + dot_product(A_at_w2, w2)), A_pilot_scale * exp(A_pilot_weight * log(A_sigma / A_pilot_scale)));
  // G_sigma ~ HalfNormal()
  target += normal_lpdf(G_sigma | 0, G_sigma_sigma) + log2();
  target += log_slope_softened(G_sigma_soft, G_sigma_pilot_size);
  // G ~ Normal(0, G_sigma), over fac
  target += std_normal_lpdf(G_raw);
  vector[N] log_sd = g_covariates * g + S0 * w0 + G[fac];  // log_sd = g @ g_covariates + w0 @ S0 + G
  // y ~ Normal(b @ b_covariates + w1 @ S1 + w2 @ S2 + A, exp(log_sd)), observed
  target += normal_lpdf(y | b_covariates * b + S1 * w1 + S2 * w2 + A[fac], exp(log_sd));
}
