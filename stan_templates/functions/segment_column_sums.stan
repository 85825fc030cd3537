  // Sums of the rows first[j] to first[j + 1] - 1 of x.
  matrix segment_column_sums(matrix x, array[] int first) {
    int n = size(first) - 1;
    matrix[n, cols(x)] sums;
    for (k in 1:cols(x)) {
      vector[rows(x) + 1] total = append_row(0, cumulative_sum(x[, k]));
      sums[, k] = total[first[2:(n + 1)]] - total[first[1:n]];
    }
    return sums;
  }
