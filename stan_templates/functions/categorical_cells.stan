  // Rows of every category (columns) in cells (rows).
  real categorical_cells_lpdf(matrix counts, matrix theta) {
    return sum(lmultiply(to_vector(counts), to_vector(theta)));
  }
