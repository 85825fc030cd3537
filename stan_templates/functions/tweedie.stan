  // A sum of a Poisson number of gamma variables with mean mu and variance dispersion * mu^power. What its density
  // at y > 0 has that the mean does not change is a series over the numbers of parts: summed about the likeliest
  // one (Dunn and Smyth 2005); where there are many, by the sum's expansion (Wright 1935).
  real tweedie_series(real y, real dispersion, real power) {
    real shape = (2 - power) / (power - 1);
    real likeliest = y^(2 - power) / (dispersion * (2 - power));
    real total = negative_infinity();
    if ((likeliest >= 500 && likeliest * shape >= 50) || likeliest >= 20000) {
      real c = (shape + 2) * (2 * shape + 1) / (24 * shape * (1 + shape) * likeliest);
      total = (1 + shape) * likeliest + 0.5 * log(shape * likeliest / (2 * pi() * (1 + shape))) + log1m(c);
    } else {
      real by_part = shape * (log(y) - log(dispersion * (power - 1))) - log(dispersion * (2 - power));
      real a = 80 / ((1 + shape) * likeliest);
      real last = likeliest * (1 + a / 6 + sqrt(square(a) / 36 + a)) + 2;
      real first = fmax(1, floor(likeliest * (1 - sqrt(a))));
      while (first <= last) {
        vector[16] n = first + linspaced_vector(16, 0, 15);
        total = log_sum_exp(total, log_sum_exp(n * by_part - lgamma(n + 1) - lgamma(n * shape)));
        first += 16;
      }
    }
    return total - log(y);
  }
  // The same of many amounts, summed as often as `counts` says. The gamma functions are the same for all: where no
  // sum is beyond a number of the computer, it is 1 + r_2 (1 + r_3 (1 + ...)) times its first term, from the last on.
  real tweedie_series_sum(vector y, vector counts, real dispersion, real power) {
    int N = size(y);
    real shape = (2 - power) / (power - 1);
    real one = dispersion * (2 - power) / (1 + shape);
    vector[N] times = rep_vector(0, N);
    vector[N] logs = rep_vector(0, N);
    real largest = log(one) / (2 - power);
    real total = 0;
    for (n in 1:N) {
      if (y[n] > 0) {
        if (y[n]^(2 - power) > 600 * one) {
          total += counts[n] * tweedie_series(y[n], dispersion, power);
        } else {
          times[n] = counts[n];
          logs[n] = log(y[n]);
          largest = fmax(largest, log(y[n]));
        }
      }
    }
    real likeliest = exp((2 - power) * largest) / (dispersion * (2 - power));
    real a = 80 / ((1 + shape) * likeliest);
    real j = ceil(likeliest * (1 + a / 6 + sqrt(square(a) / 36 + a)) + 2);
    real first = -shape * log(dispersion * (power - 1)) - log(dispersion * (2 - power));
    vector[N] ratio = exp(fmin(shape * (logs - largest), 0));
    vector[N] series = rep_vector(1, N);
    real above = lgamma(j * shape);
    while (j >= 2) {
      real below = lgamma((j - 1) * shape);
      series = 1 + exp(first + shape * largest - log(j) - above + below) * (ratio .* series);
      above = below;
      j -= 1;
    }
    return total + dot_product(times, first - above + (shape - 1) * logs + log(series));
  }
  real tweedie_lpdf(real y, real mu, real dispersion, real power) {
    if (y < 0) return negative_infinity();
    real rest = -mu^(2 - power) / (dispersion * (2 - power));
    if (y == 0) return rest;
    return rest - y * mu^(1 - power) / (dispersion * (power - 1)) + tweedie_series(y, dispersion, power);
  }
  real tweedie_lpdf(vector y, vector mu, real dispersion, real power) {
    return tweedie_series_sum(y, rep_vector(1, size(y)), dispersion, power)
           - (dot_product(y, mu^(1 - power)) / (power - 1) + sum(mu^(2 - power)) / (2 - power)) / dispersion;
  }
  real tweedie_lpdf(vector y, real mu, real dispersion, real power) {
    return tweedie_series_sum(y, rep_vector(1, size(y)), dispersion, power)
           - (sum(y) * mu^(1 - power) / (power - 1) + size(y) * mu^(2 - power) / (2 - power)) / dispersion;
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
