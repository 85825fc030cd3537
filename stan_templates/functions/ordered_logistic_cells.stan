  // Rows of every category (columns) in cells (rows). The probability between two cutpoints a < b is that
  // of being above a, times that of being below b, times 1 - exp(a - b).
  real ordered_logistic_cells_lpdf(matrix counts, vector eta, vector cutpoints) {
    int K = cols(counts);
    real total = 0;
    for (k in 1 : K - 1) {
      vector[size(eta)] above = eta - cutpoints[k];
      total += dot_product(counts[ : , k + 1], above)
               - dot_product(counts[ : , k] + counts[ : , k + 1], log1p_exp(above));
    }
    for (k in 2 : K - 1) {
      total += sum(counts[ : , k]) * log1m_exp(cutpoints[k - 1] - cutpoints[k]);
    }
    return total;
  }
