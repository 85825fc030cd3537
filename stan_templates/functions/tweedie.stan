  // A sum of a Poisson number of gamma variables with mean mu and variance dispersion * mu^power: over the numbers
  // of parts about the likeliest one (Dunn and Smyth 2005); where there are many, the sum's expansion (Wright 1935).
  real tweedie_lpdf(real y, real mu, real dispersion, real power) {
    real rate = mu^(2 - power) / (dispersion * (2 - power));
    if (y <= 0) return y < 0 ? negative_infinity() : -rate;
    real shape = (2 - power) / (power - 1);
    real scale = dispersion * (power - 1) * mu^(power - 1);
    real likeliest = y^(2 - power) / (dispersion * (2 - power));
    real rest = -y / scale - log(y) - rate;
    if ((likeliest >= 500 && likeliest * shape >= 50) || likeliest >= 20000) {
      real c = (shape + 2) * (2 * shape + 1) / (24 * shape * (1 + shape) * likeliest);
      return rest + (1 + shape) * likeliest + 0.5 * log(shape * likeliest / (2 * pi() * (1 + shape))) + log1m(c);
    }
    real by_part = log(rate) + shape * log(y / scale);
    real a = 80 / ((1 + shape) * likeliest);
    real last = likeliest * (1 + a / 6 + sqrt(square(a) / 36 + a)) + 2;
    real first = fmax(1, floor(likeliest * (1 - sqrt(a))));
    real total = negative_infinity();
    while (first <= last) {
      vector[16] n = first + linspaced_vector(16, 0, 15);
      total = log_sum_exp(total, log_sum_exp(n * by_part - lgamma(n + 1) - lgamma(n * shape)));
      first += 16;
    }
    return rest + total;
  }
  real tweedie_lcdf(real y, real mu, real dispersion, real power) {
    real rate = mu^(2 - power) / (dispersion * (2 - power));
    if (y <= 0) return y < 0 ? negative_infinity() : -rate;
    real shape = (2 - power) / (power - 1);
    real scale = dispersion * (power - 1) * mu^(power - 1);
    real total = -rate;
    real mass = -rate;
    int n = 0;
    while ((n < rate || mass > -40) && n < 20000) {
      n += 1;
      mass += log(rate) - log(n);
      total = log_sum_exp(total, mass + gamma_lcdf(y | n * shape, 1 / scale));
    }
    return fmin(total, 0);
  }
  real tweedie_lccdf(real y, real mu, real dispersion, real power) {
    real rate = mu^(2 - power) / (dispersion * (2 - power));
    real shape = (2 - power) / (power - 1);
    real scale = dispersion * (power - 1) * mu^(power - 1);
    if (y <= 0) return y < 0 ? 0 : log1m_exp(-rate);
    real total = negative_infinity();
    real mass = -rate;
    int n = 0;
    while ((n < rate || mass > -40) && n < 20000) {
      n += 1;
      mass += log(rate) - log(n);
      total = log_sum_exp(total, mass + gamma_lccdf(y | n * shape, 1 / scale));
    }
    return total;
  }
