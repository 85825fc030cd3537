// Periwinkles
// direction ~ distance, von Mises
data {
  int<lower=0> N;  // rows
  int<lower=0> K_b_covariates;  // components of b_covariates
  vector<lower=-3.141592653589793, upper=3.141592653589793>[N] direction;  // observed
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> direction_kappa_alpha;
  real<lower=0> direction_kappa_beta;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> direction_kappa;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // direction_kappa ~ Gamma(alpha=2)
  target += gamma_lpdf(direction_kappa | direction_kappa_alpha, direction_kappa_beta);
  // direction ~ VonMises(tan_half=b @ b_covariates, kappa=direction_kappa), observed
  target += von_mises_lpdf(direction | 2 * atan(b_covariates * b), direction_kappa);
}
