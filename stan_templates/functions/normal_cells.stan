  // Rows in cells of n rows with a mean; `squares` are the rows' squares about the means of their cells, summed.
  real normal_cells_lpdf(vector mean, vector n, real squares, vector mu, real sigma) {
    vector[size(n)] root_n = sqrt(n);
    return normal_lpdf(root_n .* mean | root_n .* mu, sigma) - squares / (2 * square(sigma))
           - (sum(n) - size(n)) * (log(sigma) + 0.5 * log(2 * pi()));
  }
  real normal_cells_lpdf(vector mean, vector n, vector squares, vector mu, vector sigma) {
    vector[size(n)] root_n = sqrt(n);
    return normal_lpdf(root_n .* mean | root_n .* mu, sigma) - 0.5 * sum(squares ./ square(sigma))
           - dot_product(n - 1, log(sigma)) - 0.5 * (sum(n) - size(n)) * log(2 * pi());
  }
