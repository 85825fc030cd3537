  // Sums of lgamma(a + n) - lgamma(a), each as often as `times` says, without differences of large numbers.
  real log_rising_factorials(vector n, vector times, real a) {
    return dot_product(times, lgamma(n + 1) - log(a + n) - lbeta(a, n + 1));
  }
  real log_rising_factorials(vector n, vector times, vector a) {
    return dot_product(times, lgamma(n + 1) - log(a + n) - lbeta(a, n + 1));
  }
