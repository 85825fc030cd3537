  // Products of columns and of an outcome, with effects of a further level integrated out: `score` are its units'
  // sums of the columns, and `kept` their `shares_left`.
  matrix without_level(matrix products, matrix score, vector kept, real sd) {
    matrix[rows(score), cols(score)] scaled = score .* rep_matrix(sd * sqrt(kept), cols(score));
    return products - scaled' * scaled;
  }
