  // The vectors of x as the rows of a matrix.
  matrix stack_rows(array[] vector x) {
    int n = size(x);
    int k = n == 0 ? 0 : num_elements(x[1]);
    matrix[n, k] rows;
    for (i in 1:n) {
      rows[i] = x[i]';
    }
    return rows;
  }
