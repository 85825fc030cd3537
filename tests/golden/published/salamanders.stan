// Salamanders
// count ~ spp * mined + (1 | site), zi ~ spp * mined, hurdle negative binomial
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
  // 0 by a chance of its own, else a count above 0.
  real hurdle_neg_binomial_2_log_zero_logit_lpmf(int y, real mu, real shape, real zero) {
    if (y == 0) {
      return log_inv_logit(zero);
    }
    return log1m_inv_logit(zero) + neg_binomial_2_log_lpmf(y | mu, shape) - log1m_exp(neg_binomial_2_log_lpmf(0 | mu, shape));
  }

}
data {
  int<lower=0> N_site;  // units of site
  int<lower=0> N_count_cells;  // cells of count
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_z_covariates;  // components of z_covariates
  array[N_count_cells] int<lower=1, upper=N_site> count_cells_site;  // the site of each cell of count
  array[N_count_cells] int<lower=0> count;  // observed, of each cell of count
  vector<lower=0>[N_count_cells] count_counts;  // rows in each cell of count
  matrix[N_count_cells, K_b_covariates] count_cells_b_covariates;  // the columns of b_covariates for each cell of count
  matrix[N_count_cells, K_z_covariates] count_cells_z_covariates;  // the columns of z_covariates for each cell of count
  real<lower=0> u_sigma_pilot_size;  // about how large u_sigma is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> u_sigma_sigma;
  vector[K_z_covariates] z_mu;
  vector[K_z_covariates] z_first;
  vector[K_z_covariates] z_at_z;
  vector<lower=0>[K_z_covariates] z_sigma;
  real<lower=0> count_shape_alpha;
  real<lower=0> count_shape_beta;
}
parameters {
  vector[K_b_covariates] b_raw;
  real u_sigma_soft;
  vector[N_site] u_raw;
  vector[K_z_covariates] z_raw;
  real<lower=0> count_shape;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  real u_sigma = softened(u_sigma_soft, u_sigma_pilot_size);
  vector[N_site] u = u_sigma * u_raw;
  vector[K_z_covariates] z = z_mu + z_sigma .* z_raw;
  z = z - z_first * dot_product(z_at_z, z);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // u_sigma ~ HalfNormal()
  target += normal_lpdf(u_sigma | 0, u_sigma_sigma) + log2();
  target += log_slope_softened(u_sigma_soft, u_sigma_pilot_size);
  // u ~ Normal(0, u_sigma), over site
  target += std_normal_lpdf(u_raw);
  // z ~ Normal(), over z_covariates
  target += std_normal_lpdf(z_raw);
  // count_shape ~ Gamma(alpha=2)
  target += gamma_lpdf(count_shape | count_shape_alpha, count_shape_beta);
  // count ~ Hurdle(NegBinomial(log=b @ b_covariates + u, shape=count_shape), logit=z @ z_covariates), observed  (rows in cells)
  {
    vector[N_count_cells] count_log = count_cells_b_covariates * b + u[count_cells_site];
    vector[N_count_cells] count_zero_logit = count_cells_z_covariates * z;
    for (n in 1:N_count_cells) {
      target += count_counts[n] * hurdle_neg_binomial_2_log_zero_logit_lpmf(count[n] | count_log[n], count_shape, count_zero_logit[n]);
    }
  }
}
