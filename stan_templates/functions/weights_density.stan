  // What integrating effects out adds to the log density where all else is integrated out later: from their
  // `shares_left`, or from their `unit_weights`.
  real weights_density(vector kept) {
    return 0.5 * sum(log(kept));
  }
  real weights_density(matrix weights) {
    return -0.5 * sum(weights[, cols(weights)]);
  }
