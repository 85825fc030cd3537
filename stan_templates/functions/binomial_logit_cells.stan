  // Successes in cells of trials, without the number of orders in which they may have come.
  real binomial_logit_cells_lpdf(vector successes, vector trials, vector logit) {
    return dot_product(successes, logit) - dot_product(trials, log1p_exp(logit));
  }
