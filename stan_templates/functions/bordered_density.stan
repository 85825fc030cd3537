  // The density of such numbers, up to a constant: of differences between neighbours, and of sums of parts.
  real bordered_density_lpdf(vector z, array[] int members, array[] int parts, array[] int one,
                             array[] int other, vector weight) {
    real squares = dot_self(weight .* (z[one] - z[other]));
    int first = 1;
    for (n in parts) {
      squares += square(sum(z[members[first:(first + n - 1)]])) / n;
      first += n;
    }
    return -0.5 * squares;
  }
