  // What units' exposures have in the density of totals whose rates are gamma with shape a and rate b: of each
  // exposure, -a log(1 + exposure / b) as often as `times` says, less its total times log(b + exposure).
  real gamma_exposures(vector exposure, vector total, vector times, real a, real b) {
    return -a * dot_product(times, log1p(exposure / b)) - dot_product(total, log(b + exposure));
  }
  real gamma_exposures(vector exposure, vector total, vector times, vector a, vector b) {
    return -dot_product(times .* a, log1p(exposure ./ b)) - dot_product(total, log(b + exposure));
  }
