  // Sums of n counts in cells; `counts` says how often each of `values` occurs in all cells together.
  real neg_binomial_2_log_cells_lpdf(vector total, vector n, vector values, vector counts, vector log_mu,
                                     real phi) {
    vector[size(n)] odds = log_mu - log(phi);
    return dot_product(counts, lchoose(values + phi - 1, values)) - dot_product(total, log1p_exp(-odds))
           - phi * dot_product(n, log1p_exp(odds));
  }
