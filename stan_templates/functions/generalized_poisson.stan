  // A generalised Poisson count with mean mu and variance dispersion * mu.
  real generalized_poisson_lpmf(int y, real mu, real dispersion) {
    real root = sqrt(dispersion);
    real total = mu / root + (1 - 1 / root) * y;
    return log(mu / root) + (y - 1) * log(total) - total - lgamma(y + 1);
  }
  real generalized_poisson_lcdf(int y, real mu, real dispersion) {
    real total = negative_infinity();
    for (k in 0:y) {
      total = log_sum_exp(total, generalized_poisson_lpmf(k | mu, dispersion));
    }
    return fmin(total, 0);
  }
  real generalized_poisson_lccdf(int y, real mu, real dispersion) {
    return log1m_exp(generalized_poisson_lcdf(y | mu, dispersion));
  }
