  // Rows of every category (columns) in cells (rows).
  real categorical_logit_cells_lpdf(matrix counts, matrix logit) {
    vector[rows(counts)] n = counts * ones_vector(cols(counts));
    vector[rows(counts)] total = logit[ : , 1];
    for (k in 2 : cols(counts)) {
      total = log_sum_exp(total, logit[ : , k]);
    }
    return sum(counts .* logit) - dot_product(n, total);
  }
