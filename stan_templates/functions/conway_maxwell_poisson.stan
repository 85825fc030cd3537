  // The log of the sum of the masses; of large ones by the asymptotic series of Gaunt et al. (2019).
  real conway_maxwell_constant(real mu, real shape) {
    real n = shape * mu;
    if (mu >= 500 && n >= 200 || mu >= 5000) {
      real s = square(shape);
      real c = (s - 1) / 24 + ((s - 1) * (s + 23) / 1152
               + (s - 1) * (5 * square(s) - 298 * s + 11237) / 414720 / n) / n;
      return n - (shape - 1) / 2 * (log(mu) + log(2 * pi())) - log(shape) / 2 + log1p(c / n);
    }
    real a = 80 / n;
    real last = fmin(mu * (1 + a / 6 + sqrt(square(a) / 36 + a)) + 2, 20000);
    real first = fmax(0, floor(mu * (1 - sqrt(a))));
    real total = negative_infinity();
    while (first <= last) {
      vector[16] k = first + linspaced_vector(16, 0, 15);
      total = log_sum_exp(total, log_sum_exp(shape * (k * log(mu) - lgamma(k + 1))));
      first += 16;
    }
    return total;
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
    while ((k < mu || term > total - 40) && k < y + 20000) {
      k += 1;
      term += shape * (log(mu) - log(k));
      total = log_sum_exp(total, term);
    }
    return fmin(total - conway_maxwell_constant(mu, shape), 0);
  }
