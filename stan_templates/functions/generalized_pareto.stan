  // The generalised Pareto distribution of what exceeds a threshold `mu`: log(1 + t) / t is a series near 0.
  real generalized_pareto_lccdf(real y, real mu, real sigma, real xi) {
    real z = fmax((y - mu) / sigma, 0);
    real t = xi * z;
    if (t <= -1) return negative_infinity();
    return -z * (abs(t) < 1e-5 ? 1 - t / 2 + square(t) / 3 : log1p(t) / t);
  }
  real generalized_pareto_lcdf(real y, real mu, real sigma, real xi) {
    return log1m_exp(generalized_pareto_lccdf(y | mu, sigma, xi));
  }
  real generalized_pareto_lpdf(real y, real mu, real sigma, real xi) {
    if (y < mu) return negative_infinity();
    return -log(sigma) + (1 + xi) * generalized_pareto_lccdf(y | mu, sigma, xi);
  }
