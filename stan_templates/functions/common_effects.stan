  // What integrating normal coefficients of these sds out adds to the log density, and the sum of squares that is
  // left. `products` are those of their columns and of the outcome (the last), taken less the columns times `at`.
  // One Cholesky factor has the determinant, and in its corner the root of 1 plus that sum.
  real common_effects(matrix products, vector sd, vector at) {
    int p = num_elements(sd);
    vector[p + 1] scale = append_row(sd, 1);
    vector[p] pull = at ./ sd;
    matrix[p + 1, p + 1] whole = add_diag(products .* (scale * scale'), 1);
    whole[1:p, p + 1] -= pull;
    whole[p + 1, 1:p] -= pull';
    whole[p + 1, p + 1] += dot_self(pull);
    vector[p + 1] size = diagonal(cholesky_decompose(whole));
    return 0.5 * (1 - square(size[p + 1])) - sum(log(size[1:p]));
  }
