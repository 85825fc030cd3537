  real conway_maxwell_poisson_lpmf(int y, real mu, real shape) {
    return shape * (y * log(mu) - lgamma(y + 1)) - conway_maxwell_constant(mu, shape);
  }
  real conway_maxwell_poisson_lpmf(array[] int y, vector mu, real shape) {
    return shape * (dot_product(to_vector(y), log(mu)) - sum(lgamma(to_vector(y) + 1)))
           - conway_maxwell_constants(mu, rep_vector(1, size(y)), shape);
  }
  real conway_maxwell_poisson_lpmf(array[] int y, real mu, real shape) {
    return shape * (sum(y) * log(mu) - sum(lgamma(to_vector(y) + 1))) - size(y) * conway_maxwell_constant(mu, shape);
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
