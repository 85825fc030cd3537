  // The log-normal distribution of what lies above `shift`.
  real shifted_lognormal_lpdf(real y, real mu, real sigma, real shift) {
    return y > shift ? lognormal_lpdf(y - shift | mu, sigma) : negative_infinity();
  }
  real shifted_lognormal_lcdf(real y, real mu, real sigma, real shift) {
    return y > shift ? lognormal_lcdf(y - shift | mu, sigma) : negative_infinity();
  }
  real shifted_lognormal_lccdf(real y, real mu, real sigma, real shift) {
    return y > shift ? lognormal_lccdf(y - shift | mu, sigma) : 0;
  }
