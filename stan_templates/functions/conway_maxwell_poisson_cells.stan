  // Sums of n counts in cells; `factorials` is what the logarithms of all counts' factorials sum up to.
  real conway_maxwell_poisson_cells_lpdf(vector total, vector n, real factorials, vector mu, real shape) {
    return shape * (dot_product(total, log(mu)) - factorials) - conway_maxwell_constants(mu, n, shape);
  }
