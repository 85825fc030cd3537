// CorrelatedItems
// logit Pr(right) = exp(xi1[item]) * (theta[person] - xi2[item])
// xi[item] ~ MVN(mu, Sigma)
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
  int<lower=0> N_item;  // units of item
  int<lower=0> N_person;  // units of person
  int<lower=0> K_sds_index;  // components of sds_index
  int<lower=0> K_xi_corr;  // components of xi_corr
  array[N] int<lower=1, upper=N_item> item;  // the item of each row
  array[N] int<lower=1, upper=N_person> person;  // the person of each row
  array[N] int<lower=0, upper=1> right;  // observed
  vector<lower=0>[K_sds_index] sds_pilot_size;  // about how large sds is
  // numbers in the declarations
  real<lower=0> log_alpha_sigma;
  real<lower=0> beta_sigma;
  real<lower=0> sds_beta;
  real<lower=0> xi_corr_eta;
  real<lower=0> theta_sigma;
}
parameters {
  real log_alpha;
  real beta;
  vector[K_sds_index] sds_soft;
  cholesky_factor_corr[K_xi_corr] xi_corr_cholesky;
  matrix[K_sds_index, N_item] xi_raw;
  vector[N_person] theta_raw;
}
transformed parameters {
  vector[K_sds_index] sds = softened(sds_soft, sds_pilot_size);
  matrix[N_item, K_sds_index] xi = rep_matrix([log_alpha, beta], N_item) + (diag_pre_multiply(sds, xi_corr_cholesky) * xi_raw)';
  vector[N_person] theta = theta_sigma * theta_raw;
}
model {
  // log_alpha ~ Normal(0, 1)
  target += normal_lpdf(log_alpha | 0, log_alpha_sigma);
  // beta ~ Normal(0, 1)
  target += normal_lpdf(beta | 0, beta_sigma);
  // sds ~ Exponential(0.1), over sds_index
  target += exponential_lpdf(sds | sds_beta);
  target += log_slope_softened(sds_soft, sds_pilot_size);
  // xi_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(xi_corr_cholesky | xi_corr_eta);
  // xi ~ MultiNormal([log_alpha, beta], sds, xi_corr), over item
  target += std_normal_lpdf(to_vector(xi_raw));
  // theta ~ Normal(0, 1), over person
  target += std_normal_lpdf(theta_raw);
  // right ~ Bernoulli(logit=exp(xi[0]) * (theta - xi[1])), observed
  target += bernoulli_logit_lpmf(right | exp(xi[item, 1]) .* (theta[person] - xi[item, 2]));
}
generated quantities {
  matrix[K_xi_corr, K_xi_corr] xi_corr = multiply_lower_tri_self_transpose(xi_corr_cholesky);
}
