  // Sums of counts in cells of an exposure, without what the rate does not change.
  real poisson_cells_lpdf(vector total, vector exposure, vector rate) {
    return sum(lmultiply(total, rate)) - dot_product(exposure, rate);
  }
