  // Sums of n waiting times in cells.
  real exponential_log_cells_lpdf(vector total, vector n, vector log_rate) {
    return dot_product(n, log_rate) - dot_product(total, exp(log_rate));
  }
