  // A positive number from z: `typical` times exp(z / 2) Phi(z). Above the typical size its logarithm grows
  // with z; towards 0 it falls as the square of z, so that a density which does not vanish at 0 has no long tail.
  real softened(real z, real typical) {
    return typical * exp(0.5 * z) * (0.5 * erfc(-sqrt(0.5) * z));
  }
  vector softened(vector z, vector typical) {
    return typical .* exp(0.5 * z) .* (0.5 * erfc(-sqrt(0.5) * z));
  }
