  // Weighed sums of the rows first[j] to first[j + 1] - 1 of x.
  matrix segment_products(vector weight, matrix x, array[] int first) {
    int n = size(first) - 1;
    matrix[n, cols(x)] sums = rep_matrix(0, n, cols(x));
    for (j in 1:n) {
      if (first[j] < first[j + 1]) {
        sums[j] = weight[first[j]:(first[j + 1] - 1)]' * x[first[j]:(first[j + 1] - 1)];
      }
    }
    return sums;
  }
