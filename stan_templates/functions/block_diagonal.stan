  // The matrix with blocks a and b on its diagonal, and 0 elsewhere.
  matrix block_diagonal(matrix a, matrix b) {
    return append_row(append_col(a, rep_matrix(0, rows(a), cols(b))), append_col(rep_matrix(0, rows(b), cols(a)), b));
  }
