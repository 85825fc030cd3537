  // Products of columns and of an outcome, what varies between units weighed: `between` has those of every unit
  // (columns), by pairs of its rows where it has several. Each product stands there once: `place` has the row of
  // every entry of the matrix.
  matrix with_units(matrix within, matrix between, vector weight, array[] int place) {
    vector[rows(between)] found = between * weight;
    return within + to_matrix(found[place], rows(within), cols(within));
  }
  matrix with_units(matrix within, matrix between, matrix weights, array[] int place) {
    vector[rows(between)] found = between * to_vector(weights[, 1:(cols(weights) - 1)]);
    return within + to_matrix(found[place], rows(within), cols(within));
  }
