// Orthodont
// distance ~ age * Sex + (age || Subject), varIdent(~ 1 | Sex)
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
  int<lower=0> N_Subject;  // units of Subject
  int<lower=0> N_Sex;  // units of Sex
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_B_covariates;  // components of B_covariates
  array[N] int<lower=1, upper=N_Subject> Subject;  // the Subject of each row
  array[N] int<lower=1, upper=N_Sex> Sex;  // the Sex of each row
  vector[N] distance;  // observed
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  matrix[N, K_B_covariates] B_covariates;  // the columns of B_covariates for each row
  vector<lower=0>[K_B_covariates] B_sd_pilot_size;  // about how large B_sd is
  matrix<lower=0, upper=1>[N_Subject, K_B_covariates] B_pilot_weight;  // how far each Subject is centred
  vector<lower=0>[K_B_covariates] B_pilot_scale;  // about how large the scale of B is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  vector<lower=0>[K_B_covariates] B_sd_sigma;
  real<lower=0> noise_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  vector[K_B_covariates] B_sd_soft;
  matrix<multiplier=rep_vector(1, N_Subject) * B_pilot_scale'>[N_Subject, K_B_covariates] B_between;
  vector<lower=0>[N_Sex] noise;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[K_B_covariates] B_sd = softened(B_sd_soft, B_sd_pilot_size);
  matrix[N_Subject, K_B_covariates] B;
  for (k in 1:K_B_covariates) {
    B[, k] = exp((1 - B_pilot_weight[, k]) * log(B_sd[k] / B_pilot_scale[k])) .* B_between[, k];
  }
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // B_sd ~ HalfNormal(), over B_covariates
  target += normal_lpdf(B_sd | 0, B_sd_sigma) + num_elements(B_sd) * log2();
  target += log_slope_softened(B_sd_soft, B_sd_pilot_size);
  // B ~ Normal(0, B_sd), over Subject, B_covariates
  for (k in 1:K_B_covariates) {
    target += normal_lpdf(B_between[, k] | 0, B_pilot_scale[k] * exp(B_pilot_weight[, k] * log(B_sd[k] / B_pilot_scale[k])));
  }
  // noise ~ HalfNormal(5), over Sex
  target += normal_lpdf(noise | 0, noise_sigma) + num_elements(noise) * log2();
  // distance ~ Normal(b @ b_covariates + B @ B_covariates, noise), observed
  target += normal_lpdf(distance | b_covariates * b + rows_dot_product(B[Subject], B_covariates), noise[Sex]);
}
