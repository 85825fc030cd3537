  // The information of the units of the next level about c coefficients, from how many units below them have
  // each information, and from what `swept` leaves of `unit_scores`.
  matrix information_above(matrix children, matrix swept_scores, int c) {
    return children * swept_scores[1:cols(children), 1:((c * (c + 1)) %/% 2)];
  }
