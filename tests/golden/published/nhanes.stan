// Cholesterol
// bmi | mi() ~ age * mi(chl), chl | mi() ~ age
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
  int<lower=0> N_chl_row;  // units of chl_row
  int<lower=0> K_to_chl_covariates;  // components of to_chl_covariates
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=1, upper=N_chl_row> chl_row;  // the chl_row of each row
  vector[N] chl;  // observed
  vector[N] bmi;  // observed
  vector<lower=0>[N] chl_weights;  // frequency weights of chl
  vector<lower=0>[N] bmi_weights;  // frequency weights of bmi
  vector[N] known_chl;  // '<known chl>' of each row
  vector[N] missing_chl;  // '<missing chl>' of each row
  vector[N] age;  // 'age' of each row
  matrix[N_chl_row, K_to_chl_covariates] chl_row_to_chl_covariates;  // the columns of to_chl_covariates for each chl_row
  matrix[N, K_to_chl_covariates] to_chl_covariates;  // the columns of to_chl_covariates for each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  real<lower=0> chl_sigma_pilot_size;  // about how large chl_sigma is
  // numbers in the declarations
  vector[K_to_chl_covariates] to_chl_mu;
  vector[K_to_chl_covariates] to_chl_first;
  vector[K_to_chl_covariates] to_chl_at_to_chl;
  vector<lower=0>[K_to_chl_covariates] to_chl_sigma;
  real by_both_mu;
  real<lower=0> by_both_sigma;
  real by_chl_mu;
  real<lower=0> by_chl_sigma;
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  real b_at_by_both;
  real b_at_by_chl;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> chl_sigma_sigma;
  real<lower=0> bmi_sigma_sigma;
}
parameters {
  vector[K_to_chl_covariates] to_chl_raw;
  vector[K_b_covariates] b_raw;
  real<multiplier=by_chl_sigma> by_chl;
  real<multiplier=by_both_sigma> by_both;
  real chl_sigma_soft;
  vector[N_chl_row] chl_missing_raw;
  real<lower=0> bmi_sigma;
}
transformed parameters {
  vector[K_to_chl_covariates] to_chl = to_chl_mu + to_chl_sigma .* to_chl_raw;
  to_chl = to_chl - to_chl_first * dot_product(to_chl_at_to_chl, to_chl);
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * (dot_product(b_at_b, b) + b_at_by_both * by_both + b_at_by_chl * by_chl);
  real chl_sigma = softened(chl_sigma_soft, chl_sigma_pilot_size);
  vector[N_chl_row] chl_missing = chl_row_to_chl_covariates * to_chl + chl_sigma * chl_missing_raw;
}
model {
  // to_chl ~ Normal(), over to_chl_covariates
  target += std_normal_lpdf(to_chl_raw);
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // by_chl ~ Normal()
  target += normal_lpdf(by_chl | by_chl_mu, by_chl_sigma);
  // by_both ~ Normal()
  target += normal_lpdf(by_both | by_both_mu, by_both_sigma);
  // chl_sigma ~ HalfNormal()
  target += normal_lpdf(chl_sigma | 0, chl_sigma_sigma) + log2();
  target += log_slope_softened(chl_sigma_soft, chl_sigma_pilot_size);
  // chl_missing ~ Normal(to_chl @ to_chl_covariates, chl_sigma), over chl_row
  target += std_normal_lpdf(chl_missing_raw);
  // chl ~ Normal(to_chl @ to_chl_covariates, chl_sigma), observed, missing values unknown
  {
    vector[N] chl_mu = to_chl_covariates * to_chl;
    for (n in 1:N) {
      target += chl_weights[n] * normal_lpdf(chl[n] | chl_mu[n], chl_sigma);
    }
  }
  vector[N] chl_complete = known_chl + missing_chl .* chl_missing[chl_row];  // chl_complete = data("<known chl>") + data("<missing chl>") * chl_missing, over rows
  vector[N] slope = by_chl + by_both * age;  // slope = by_chl + by_both * data("age")
  // bmi_sigma ~ HalfNormal()
  target += normal_lpdf(bmi_sigma | 0, bmi_sigma_sigma) + log2();
  // bmi ~ Normal(b @ b_covariates + slope * chl_complete, bmi_sigma), observed, missing values unknown
  {
    vector[N] bmi_mu = b_covariates * b + slope .* chl_complete;
    for (n in 1:N) {
      target += bmi_weights[n] * normal_lpdf(bmi[n] | bmi_mu[n], bmi_sigma);
    }
  }
}
