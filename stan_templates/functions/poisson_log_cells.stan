  // Sums of counts in cells of an exposure, without what the rate does not change.
  real poisson_log_cells_lpdf(vector total, vector exposure, vector log_rate) {
    return dot_product(total, log_rate) - dot_product(exposure, exp(log_rate));
  }
