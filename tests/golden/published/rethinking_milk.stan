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
  int<lower=0> K_b_covariates;  // components of b_covariates
  vector[N] seen;  // observed as 'B'
  vector[N] K;  // observed
  vector<lower=0>[N] seen_weights;  // frequency weights of seen
  vector[N] B_2;  // 'B' of each row
  vector[N] known;  // 'known' of each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  real<lower=0> s_pilot_size;  // about how large s is
  // numbers in the declarations
  real nu_mu;
  real<lower=0> nu_sigma;
  real<lower=0> s_sigma;
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
  matrix[N, K_b_covariates + 1] K_columns = append_col(b_covariates, B_2);
}
parameters {
  real<multiplier=nu_sigma> nu;
  real s_soft;
  vector[N] imputed_raw;
  vector[K_b_covariates] b_raw;
  real<multiplier=bB_sigma> bB;
  real<lower=0> K_sigma;
}
transformed parameters {
  real s = softened(s_soft, s_pilot_size);
  vector[N] imputed = nu + s * imputed_raw;
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * (dot_product(b_at_b, b) + b_at_bB * bB);
}
model {
  // nu ~ Normal()
  target += normal_lpdf(nu | nu_mu, nu_sigma);
  // s ~ HalfNormal()
  target += normal_lpdf(s | 0, s_sigma) + log2();
  target += log_slope_softened(s_soft, s_pilot_size);
  // imputed ~ Normal(nu, s), over rows
  target += std_normal_lpdf(imputed_raw);
  // seen ~ Normal(nu, s), observed as B, weights known
  for (n in 1:N) {
    target += seen_weights[n] * normal_lpdf(seen[n] | nu, s);
  }
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // bB ~ Normal()
  target += normal_lpdf(bB | bB_mu, bB_sigma);
  // K_sigma ~ HalfNormal()
  target += normal_lpdf(K_sigma | 0, K_sigma_sigma) + log2();
  // K ~ Normal(b @ b_covariates + bB * B, K_sigma), observed
  target += normal_id_glm_lpdf(K | K_columns, (1 - known) .* (bB * imputed), append_row(b, [bB]'), K_sigma);
}
