  // A stationary process with standard deviation 1, from what is new in each value: before[i] is the unit before.
  vector autoregressed(vector z, vector rho, vector gap, array[] int order, array[] int before) {
    vector[num_elements(z)] x = z;
    for (i in order) {
      if (before[i] > 0) {
        real kept = gap[i] == 1 ? rho[i] : rho[i] ^ gap[i];
        x[i] = kept * x[before[i]] + sqrt(1 - square(kept)) * z[i];
      }
    }
    return x;
  }
