  // The generalised extreme value distribution: log(1 + t) / t is a series near 0.
  real generalized_extreme_value_reduced(real y, real mu, real sigma, real xi) {
    real z = (y - mu) / sigma;
    real t = xi * z;
    return z * (abs(t) < 1e-5 ? 1 - t / 2 + square(t) / 3 : log1p(t) / t);
  }
  real generalized_extreme_value_lcdf(real y, real mu, real sigma, real xi) {
    if (1 + xi * (y - mu) / sigma <= 0) return xi > 0 ? negative_infinity() : 0;
    return -exp(-generalized_extreme_value_reduced(y, mu, sigma, xi));
  }
  real generalized_extreme_value_lccdf(real y, real mu, real sigma, real xi) {
    if (1 + xi * (y - mu) / sigma <= 0) return xi > 0 ? 0 : negative_infinity();
    return log1m_exp(-exp(-generalized_extreme_value_reduced(y, mu, sigma, xi)));
  }
  real generalized_extreme_value_lpdf(real y, real mu, real sigma, real xi) {
    if (1 + xi * (y - mu) / sigma <= 0) return negative_infinity();
    real w = generalized_extreme_value_reduced(y, mu, sigma, xi);
    return -log(sigma) - (1 + xi) * w - exp(-w);
  }
