  // Sums of n gamma variables in cells, and sums of their logarithms.
  real gamma_cells_lpdf(vector total, vector n, real log_total, real alpha, vector beta) {
    return alpha * dot_product(n, log(beta)) - sum(n) * lgamma(alpha) + (alpha - 1) * log_total
           - dot_product(total, beta);
  }
  real gamma_cells_lpdf(vector total, vector n, vector log_total, vector alpha, vector beta) {
    return dot_product(n, alpha .* log(beta) - lgamma(alpha)) + dot_product(alpha - 1, log_total)
           - dot_product(total, beta);
  }
