  // The inverse Gaussian distribution, by its mean and shape.
  real inverse_gaussian_lpdf(real y, real mu, real shape) {
    return 0.5 * (log(shape) - log(2 * pi()) - 3 * log(y)) - 0.5 * shape * square((y - mu) / mu) / y;
  }
