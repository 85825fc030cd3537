  // Numbers of areas: each part of the map has next to no mean, in place of one that varies freely.
  vector bordered(vector z, array[] int members, array[] int parts) {
    vector[num_elements(z)] x = z;
    int first = 1;
    for (n in parts) {
      if (n > 1) {
        array[n] int own = members[first:(first + n - 1)];
        x[own] = z[own] - (1 - 1e-4) * mean(z[own]);
      }
      first += n;
    }
    return x;
  }
