  // A random walk with steps of standard deviation 1, from what is new in each value: before[i] is the unit before.
  vector walked(vector z, vector gap, array[] int order, array[] int before) {
    vector[num_elements(z)] x = sqrt(gap) .* z;
    for (i in order) {
      if (before[i] > 0) {
        x[i] += x[before[i]];
      }
    }
    return x;
  }
