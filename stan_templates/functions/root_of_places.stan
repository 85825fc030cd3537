  // The Cholesky factor of correlations that fall with distance: 0 is Gaussian, 1 exponential, 3 and 5 Matern's.
  matrix root_of_places(real reach, matrix place, int kind) {
    int n = rows(place);
    array[n] vector[cols(place)] at;
    for (i in 1:n) {
      at[i] = place[i]';
    }
    matrix[n, n] K;
    if (kind == 0) {
      K = gp_exp_quad_cov(at, 1, reach);
    } else if (kind == 1) {
      K = gp_exponential_cov(at, 1, reach);
    } else if (kind == 3) {
      K = gp_matern32_cov(at, 1, reach);
    } else {
      K = gp_matern52_cov(at, 1, reach);
    }
    return cholesky_decompose(add_diag(K, 1e-8));
  }
