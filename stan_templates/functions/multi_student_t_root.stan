  // Jointly Student's t, with the Cholesky factor of the scales.
  real multi_student_t_root_lpdf(array[] vector y, real nu, array[] vector mu, matrix root) {
    int n = size(y);
    int k = rows(root);
    matrix[k, n] rest;
    for (i in 1:n) rest[, i] = y[i] - mu[i];
    return n * (lgamma((nu + k) / 2) - lgamma(nu / 2) - 0.5 * k * log(nu * pi()) - sum(log(diagonal(root))))
           - 0.5 * (nu + k) * sum(log1p(columns_dot_self(mdivide_left_tri_low(root, rest)) / nu));
  }
  real multi_student_t_root_lpdf(vector y, real nu, vector mu, matrix root) {
    int k = rows(root);
    vector[k] z = mdivide_left_tri_low(root, y - mu);
    return lgamma((nu + k) / 2) - lgamma(nu / 2) - 0.5 * k * log(nu * pi()) - sum(log(diagonal(root)))
           - 0.5 * (nu + k) * log1p(dot_self(z) / nu);
  }
