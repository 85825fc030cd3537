  // A Gaussian process with standard deviation 1 at places, from independent numbers.
  vector placed(vector z, vector reach, matrix place, int kind) {
    return num_elements(z) == 0 ? z : root_of_places(reach[1], place, kind) * z;
  }
