  // Numbers whose covariance has this Cholesky factor, group by group, from independent ones.
  vector correlated(vector z, matrix root) {
    int n = rows(root);
    if (num_elements(z) == n) {
      return root * z;
    }
    return to_vector(root * to_matrix(z, n, num_elements(z) %/% n));
  }
