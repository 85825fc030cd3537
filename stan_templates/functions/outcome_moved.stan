  // Products of columns and of an outcome (the last), where that is less the columns before it times d: these
  // drop out.
  matrix outcome_moved(matrix products, vector d) {
    int p = cols(products) - num_elements(d) - 1;
    matrix[cols(products), p + 1] kept = rep_matrix(0, cols(products), p + 1);
    kept[1:p, 1:p] = identity_matrix(p);
    kept[(p + 1):cols(products), p + 1] = append_row(-d, 1);
    return quad_form_sym(products, kept);
  }
