  // The log density that `swept` has gathered, with effects of levels above left.
  real density_so_far(matrix left) {
    return sum(left[, cols(left)]);
  }
