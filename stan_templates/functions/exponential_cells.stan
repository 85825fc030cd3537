  // Sums of n waiting times in cells.
  real exponential_cells_lpdf(vector total, vector n, vector rate) {
    return dot_product(n, log(rate)) - dot_product(total, rate);
  }
