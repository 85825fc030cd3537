  // What is known of units by their information (rows), once for each of c columns of effects: a score of 1 there.
  matrix unit_scores(matrix information, int c) {
    int n = rows(information);
    int products = cols(information);
    matrix[n * c, products + c + 1] found = rep_matrix(0, n * c, products + c + 1);
    for (a in 1:c) {
      int before = (a - 1) * n;
      found[(before + 1):(before + n), 1:products] = information;
      found[(before + 1):(before + n), products + a] = rep_vector(1, n);
    }
    return found;
  }
