// Donations
// amount ~ x + (1 | site), hu ~ x + (1 | site), hurdle_lognormal
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
  // 0 by a chance of its own, else a positive number.
  real hurdle_positive_lognormal_zero_logit_lpdf(real y, real mu, real sigma, real zero) {
    return y == 0 ? log_inv_logit(zero) : log1m_inv_logit(zero) + lognormal_lpdf(y | mu, sigma);
  }

}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_site;  // units of site
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_c_covariates;  // components of c_covariates
  array[N] int<lower=1, upper=N_site> site;  // the site of each row
  vector<lower=0>[N] amount;  // observed
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  matrix[N, K_c_covariates] c_covariates;  // the columns of c_covariates for each row
  real<lower=0> A_sigma_pilot_size;  // about how large A_sigma is
  real<lower=0> H_sigma_pilot_size;  // about how large H_sigma is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  vector[K_c_covariates] c_mu;
  vector[K_c_covariates] c_first;
  vector[K_c_covariates] c_at_c;
  vector<lower=0>[K_c_covariates] c_sigma;
  real<lower=0> A_sigma_sigma;
  real<lower=0> H_sigma_sigma;
  real<lower=0> amount_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  vector[K_c_covariates] c_raw;
  real A_sigma_soft;
  vector[N_site] A_raw;
  real H_sigma_soft;
  vector[N_site] H_raw;
  real<lower=0> amount_sigma;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[K_c_covariates] c = c_mu + c_sigma .* c_raw;
  c = c - c_first * dot_product(c_at_c, c);
  real A_sigma = softened(A_sigma_soft, A_sigma_pilot_size);
  vector[N_site] A = A_sigma * A_raw;
  real H_sigma = softened(H_sigma_soft, H_sigma_pilot_size);
  vector[N_site] H = H_sigma * H_raw;
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // c ~ Normal(), over c_covariates
  target += std_normal_lpdf(c_raw);
  // A_sigma ~ HalfNormal()
  target += normal_lpdf(A_sigma | 0, A_sigma_sigma) + log2();
  target += log_slope_softened(A_sigma_soft, A_sigma_pilot_size);
  // A ~ Normal(0, A_sigma), over site
  target += std_normal_lpdf(A_raw);
  // H_sigma ~ HalfNormal()
  target += normal_lpdf(H_sigma | 0, H_sigma_sigma) + log2();
  target += log_slope_softened(H_sigma_soft, H_sigma_pilot_size);
  // H ~ Normal(0, H_sigma), over site
  target += std_normal_lpdf(H_raw);
  // amount_sigma ~ HalfNormal()
  target += normal_lpdf(amount_sigma | 0, amount_sigma_sigma) + log2();
  // amount ~ Hurdle(LogNormal(b @ b_covariates + A, amount_sigma), logit=c @ c_covariates + H), observed
  {
    vector[N] amount_mu = b_covariates * b + A[site];
    vector[N] amount_zero_logit = c_covariates * c + H[site];
    for (n in 1:N) {
      target += hurdle_positive_lognormal_zero_logit_lpdf(amount[n] | amount_mu[n], amount_sigma, amount_zero_logit[n]);
    }
  }
}
