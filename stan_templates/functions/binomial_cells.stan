  // Successes in cells of trials, without the number of orders in which they may have come.
  real binomial_cells_lpdf(vector successes, vector trials, vector theta) {
    if (min(theta) > 0 && max(theta) < 1) {
      return dot_product(successes, log(theta)) + dot_product(trials - successes, log1m(theta));
    }
    return sum(lmultiply(successes, theta)) + sum(lmultiply(trials - successes, 1 - theta));
  }
