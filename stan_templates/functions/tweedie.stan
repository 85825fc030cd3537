  // A sum of a Poisson number of gamma variables with mean mu and variance dispersion * mu^power: over the number
  // of parts, from the likeliest one on to both sides (Dunn and Smyth 2005).
  real tweedie_lpdf(real y, real mu, real dispersion, real power) {
    real rate = mu^(2 - power) / (dispersion * (2 - power));
    if (y <= 0) return y < 0 ? negative_infinity() : -rate;
    real shape = (2 - power) / (power - 1);
    real scale = dispersion * (power - 1) * mu^(power - 1);
    real by_part = log(rate) + shape * log(y / scale);
    real top = fmax(1, floor(y^(2 - power) / (dispersion * (2 - power))));
    real peak = top * by_part - lgamma(top + 1) - lgamma(top * shape);
    real total = 1;
    real term = 0;
    real n = top;
    while (term > -40) {
      n += 1;
      term = n * by_part - lgamma(n + 1) - lgamma(n * shape) - peak;
      total += exp(term);
    }
    n = top;
    term = 0;
    while (term > -40 && n > 1) {
      n -= 1;
      term = n * by_part - lgamma(n + 1) - lgamma(n * shape) - peak;
      total += exp(term);
    }
    return peak + log(total) - y / scale - log(y) - rate;
  }
  real tweedie_lcdf(real y, real mu, real dispersion, real power) {
    real rate = mu^(2 - power) / (dispersion * (2 - power));
    if (y <= 0) return y < 0 ? negative_infinity() : -rate;
    real shape = (2 - power) / (power - 1);
    real scale = dispersion * (power - 1) * mu^(power - 1);
    real total = -rate;
    real mass = -rate;
    real n = 0;
    while (n < rate || mass > -40) {
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
    real n = 0;
    while (n < rate || mass > -40) {
      n += 1;
      mass += log(rate) - log(n);
      total = log_sum_exp(total, mass + gamma_lccdf(y | n * shape, 1 / scale));
    }
    return total;
  }
