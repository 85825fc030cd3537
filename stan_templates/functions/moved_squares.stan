  // What is added to a sum of squares of residuals where what rows look up moves by d: of each unit, `weight` is the
  // sum of the weights of its rows, and `score` that of their residuals before.
  real moved_squares(vector d, vector weight, vector score) {
    return dot_product(d, weight .* d - 2 * score);
  }
