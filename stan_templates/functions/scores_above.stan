  // Scores of the units of the next level: sums of those of the units below, what is left of them by their
  // information, with coefficients d from those of the given scores.
  vector scores_above(matrix messages, vector share, vector d) {
    int p = num_elements(d) + 1;
    return to_matrix(messages * share, rows(messages) %/% p, p) * append_row(1, -d);
  }
