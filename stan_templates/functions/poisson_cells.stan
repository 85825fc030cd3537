  // Sums of counts in cells of an exposure, without what the rate does not change. A rate of 0 is no matter
  // where nothing was counted.
  real poisson_cells_lpdf(vector total, vector exposure, vector rate) {
    vector[size(total)] counted = fmin(ceil(total), 1);
    return dot_product(total, log(counted .* rate + 1 - counted)) - dot_product(exposure, rate);
  }
