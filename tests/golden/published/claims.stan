// Claims
// claim ~ age + area, inverse Gaussian, log link
functions {
  // The inverse Gaussian distribution, by its mean and shape.
  real inverse_gaussian_lpdf(real y, real mu, real shape) {
    return 0.5 * (log(shape) - log(2 * pi()) - 3 * log(y)) - 0.5 * shape * square((y - mu) / mu) / y;
  }
  real inverse_gaussian_lcdf(real y, real mu, real shape) {
    real root = sqrt(shape / y);
    return log_sum_exp(std_normal_lcdf(root * (y / mu - 1) | ),
                       2 * shape / mu + std_normal_lcdf(-root * (y / mu + 1) | ));
  }
  real inverse_gaussian_lccdf(real y, real mu, real shape) {
    real root = sqrt(shape / y);
    return log_diff_exp(std_normal_lcdf(-root * (y / mu - 1) | ),
                        2 * shape / mu + std_normal_lcdf(-root * (y / mu + 1) | ));
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> K_b_covariates;  // components of b_covariates
  vector<lower=0>[N] claim;  // observed
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> claim_shape_alpha;
  real<lower=0> claim_shape_beta;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> claim_shape;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // claim_shape ~ Gamma(alpha=2)
  target += gamma_lpdf(claim_shape | claim_shape_alpha, claim_shape_beta);
  // claim ~ InverseGaussian(log=b @ b_covariates, shape=claim_shape), observed
  {
    vector[N] claim_argument_1 = exp(b_covariates * b);
    for (n in 1:N) {
      target += inverse_gaussian_lpdf(claim[n] | claim_argument_1[n], claim_shape);
    }
  }
}
