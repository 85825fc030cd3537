  // Rows in cells of n rows with a mean; `squares` are those of the rows about the means of their cells.
  real normal_cells_lpdf(vector mean, vector n, real squares, vector mu, real sigma) {
    return -(squares + dot_product(n, square(mean - mu))) / (2 * square(sigma))
           - sum(n) * (log(sigma) + 0.5 * log(2 * pi()));
  }
  real normal_cells_lpdf(vector mean, vector n, vector squares, vector mu, vector sigma) {
    return -0.5 * sum((squares + n .* square(mean - mu)) ./ square(sigma)) - dot_product(n, log(sigma))
           - 0.5 * sum(n) * log(2 * pi());
  }
