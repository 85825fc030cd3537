  // The precision of the rows of a unit, with the effects of this root of their covariance integrated out and
  // residuals of this sd. Units are rows here; columns are the entries (1, 1), (2, 1), (2, 2), ..., and what the
  // effects add to the log of the covariance's determinant.
  matrix unit_weights(array[] matrix multiples, matrix root, real sd) {
    int r = size(multiples);
    int n = rows(multiples[1]);
    array[r] matrix[n, cols(root)] own;
    array[r, r] vector[n] L;  // the Cholesky factor, then its inverse
    matrix[n, (r * (r + 1)) %/% 2 + 1] found;
    vector[n] log_size = zeros_vector(n);
    int m = 0;
    for (i in 1:r) {
      own[i] = multiples[i] * (root / sd);
      for (k in 1:i) {
        L[i, k] = rows_dot_product(own[i], own[k]);
        if (i == k) {
          L[i, i] += 1;
        }
        for (l in 1:(k - 1)) {
          L[i, k] -= L[i, l] .* L[k, l];
        }
        L[i, k] = i == k ? sqrt(L[i, i]) : L[i, k] ./ L[k, k];
      }
      log_size += log(L[i, i]);
    }
    for (i in 1:r) {
      for (k in 1:(i - 1)) {
        vector[n] total = L[i, k] .* L[k, k];
        for (l in (k + 1):(i - 1)) {
          total += L[i, l] .* L[l, k];
        }
        L[i, k] = -total ./ L[i, i];
      }
      L[i, i] = inv(L[i, i]);
    }
    for (i in 1:r) {
      for (k in 1:i) {
        m += 1;
        found[, m] = L[i, i] .* L[i, k];
        for (l in (i + 1):r) {
          found[, m] += L[l, i] .* L[l, k];
        }
        found[, m] = found[, m] / square(sd);
      }
    }
    found[, m + 1] = 2 * log_size;
    return found;
  }
