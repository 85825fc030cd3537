  // For every unit, the sum of what its rows look up in x, each times its weight (nothing where all are 1). Units
  // that look up as many stand together: `sizes` has how many they look up, and how many units there are; first
  // come the first look-ups of all of these, then the second ones. `place` is that of each unit among them.
  vector looked_up_sums(vector x, array[] int looked_up, vector weight, array[,] int sizes, array[] int place) {
    vector[size(place)] sums;
    int before = 0;
    int units = 0;
    for (k in 1:size(sizes)) {
      int many = sizes[k, 1];
      int n = sizes[k, 2];
      int end = before + many * n;
      if (many == 0) {
        sums[(units + 1):(units + n)] = rep_vector(0, n);
      } else if (num_elements(weight) == 0) {
        sums[(units + 1):(units + n)] = to_matrix(x[looked_up[(before + 1):end]], n, many) * rep_vector(1, many);
      } else {
        sums[(units + 1):(units + n)]
          = to_matrix(weight[(before + 1):end] .* x[looked_up[(before + 1):end]], n, many) * rep_vector(1, many);
      }
      before = end;
      units += n;
    }
    return sums[place];
  }
