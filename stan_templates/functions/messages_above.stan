  // Scores of the units of the next level about c coefficients, from sums of the scores of those below by column
  // and information, and from what `swept` leaves of `unit_scores`; of fixed coefficients d from theirs.
  matrix messages_above(matrix messages, matrix swept_scores, int c, vector d) {
    int p = num_elements(d) + 1;
    int n = rows(messages) %/% p;
    int products = (c * (c + 1)) %/% 2;
    matrix[rows(messages), c] sums = messages * swept_scores[, (products + 1):(products + c)];
    matrix[n, c] found = sums[1:n];
    for (k in 2:p) {
      found -= d[k - 1] * sums[((k - 1) * n + 1):(k * n)];
    }
    return found;
  }
