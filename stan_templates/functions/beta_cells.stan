  // Sums in cells of the logarithms of n shares and of what is left of them.
  real beta_cells_lpdf(vector log_total, vector n, vector log1m_total, vector alpha, vector beta) {
    return dot_product(alpha - 1, log_total) + dot_product(beta - 1, log1m_total)
           + dot_product(n, lgamma(alpha + beta) - lgamma(alpha) - lgamma(beta));
  }
