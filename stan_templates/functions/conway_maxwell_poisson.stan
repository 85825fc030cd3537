  // The log of the sum over k of (mu^k / k!)^shape; for large ones the asymptotic series of Gaunt et al. (2019).
  real conway_maxwell_constant(real mu, real shape) {
    real n = shape * mu;
    if (mu >= 500 && n >= 200 || mu >= 5000) {
      real s = square(shape);
      real c = (s - 1) / 24 + ((s - 1) * (s + 23) / 1152
               + (s - 1) * (5 * square(s) - 298 * s + 11237) / 414720 / n) / n;
      return n - (shape - 1) / 2 * (log(mu) + log(2 * pi())) - log(shape) / 2 + log1p(c / n);
    }
    real peak = shape * (mu * log(mu) - lgamma(mu + 1));
    real term = -peak;
    real total = exp(term);
    int k = 0;
    while (k < mu || term > -40) {
      k += 1;
      term += shape * (log(mu) - log(k));
      total += exp(term);
    }
    return peak + log(total);
  }
  real conway_maxwell_poisson_lpmf(int y, real mu, real shape) {
    return shape * (y * log(mu) - lgamma(y + 1)) - conway_maxwell_constant(mu, shape);
  }
  real conway_maxwell_poisson_lcdf(int y, real mu, real shape) {
    real total = negative_infinity();
    for (k in 0:y) {
      total = log_sum_exp(total, shape * (k * log(mu) - lgamma(k + 1)));
    }
    return fmin(total - conway_maxwell_constant(mu, shape), 0);
  }
  real conway_maxwell_poisson_lccdf(int y, real mu, real shape) {
    real term = shape * ((y + 1) * log(mu) - lgamma(y + 2));
    real total = term;
    int k = y + 1;
    while (k < mu || term > total - 40) {
      k += 1;
      term += shape * (log(mu) - log(k));
      total = log_sum_exp(total, term);
    }
    return fmin(total - conway_maxwell_constant(mu, shape), 0);
  }
