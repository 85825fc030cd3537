// Milk
// K ~ normal(a + bB * B + bM * M, s), B ~ normal(nu, s_B), some B missing
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
  int<lower=0> N_B_row;  // units of B_row
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=1, upper=N_B_row> B_row;  // the B_row of each row
  vector[N] B;  // observed
  vector[N] K;  // observed
  vector<lower=0>[N] B_weights;  // frequency weights of B
  vector[N] known_B;  // '<known B>' of each row
  vector[N] missing_B;  // '<missing B>' of each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  real<lower=0> B_sigma_pilot_size;  // about how large B_sigma is
  // numbers in the declarations
  real B_mu_mu;
  real<lower=0> B_mu_sigma;
  real<lower=0> B_sigma_sigma;
  real bB_mu;
  real<lower=0> bB_sigma;
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  real b_at_bB;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> K_sigma_sigma;
}
transformed data {
  matrix[N, K_b_covariates + 1] K_columns = append_col(b_covariates, known_B);
}
parameters {
  real<multiplier=B_mu_sigma> B_mu;
  real B_sigma_soft;
  vector[N_B_row] B_missing_raw;
  vector[K_b_covariates] b_raw;
  real<multiplier=bB_sigma> bB;
  real<lower=0> K_sigma;
}
transformed parameters {
  real B_sigma = softened(B_sigma_soft, B_sigma_pilot_size);
  vector[N_B_row] B_missing = B_mu + B_sigma * B_missing_raw;
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * (dot_product(b_at_b, b) + b_at_bB * bB);
}
model {
  // B_mu ~ Normal()
  target += normal_lpdf(B_mu | B_mu_mu, B_mu_sigma);
  // B_sigma ~ HalfNormal()
  target += normal_lpdf(B_sigma | 0, B_sigma_sigma) + log2();
  target += log_slope_softened(B_sigma_soft, B_sigma_pilot_size);
  // B_missing ~ Normal(B_mu, B_sigma), over B_row
  target += std_normal_lpdf(B_missing_raw);
  // B ~ Normal(B_mu, B_sigma), observed, missing values unknown
  for (n in 1:N) {
    target += B_weights[n] * normal_lpdf(B[n] | B_mu, B_sigma);
  }
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // bB ~ Normal()
  target += normal_lpdf(bB | bB_mu, bB_sigma);
  // K_sigma ~ HalfNormal()
  target += normal_lpdf(K_sigma | 0, K_sigma_sigma) + log2();
  // K ~ Normal(b @ b_covariates + bB * B_complete, K_sigma), observed
  target += normal_id_glm_lpdf(K | K_columns, missing_B .* (bB * B_missing[B_row]), append_row(b, [bB]'), K_sigma);
}
