  // The density of a Gaussian process around 0 at places.
  real placed_density_lpdf(vector x, vector sd, vector reach, matrix place, int kind) {
    if (num_elements(x) == 0) {
      return 0;
    }
    matrix[num_elements(x), num_elements(x)] root = root_of_places(reach[1], place, kind);
    return std_normal_lpdf(mdivide_left_tri_low(root, x ./ sd)) - sum(log(diagonal(root))) - sum(log(sd));
  }
