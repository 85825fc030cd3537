  // The density of numbers around 0 whose covariance has this Cholesky factor, group by group.
  real correlated_density_lpdf(vector x, vector sd, matrix root) {
    int n = rows(root);
    int groups = n > 0 ? num_elements(x) %/% n : 0;
    matrix[n, groups] z = mdivide_left_tri_low(root, to_matrix(x ./ sd, n, groups));
    return std_normal_lpdf(to_vector(z)) - groups * sum(log(diagonal(root))) - sum(log(sd));
  }
