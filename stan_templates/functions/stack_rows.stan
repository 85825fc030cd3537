  // The n vectors of x, of size k, as the rows of a matrix.
  matrix stack_rows(array[] vector x, int n, int k) {
    matrix[n, k] rows;
    for (i in 1:n) {
      rows[i] = x[i]';
    }
    return rows;
  }
