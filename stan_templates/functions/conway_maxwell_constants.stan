  // The log of the sum of the masses; of large ones by the asymptotic series of Gaunt et al. (2019).
  real conway_maxwell_constant(real mu, real shape) {
    real n = shape * mu;
    real total = negative_infinity();
    if (mu >= 500 && n >= 200 || mu >= 5000) {
      real s = square(shape);
      real c = (s - 1) / 24 + ((s - 1) * (s + 23) / 1152
               + (s - 1) * (5 * square(s) - 298 * s + 11237) / 414720 / n) / n;
      total = n - (shape - 1) / 2 * (log(mu) + log(2 * pi())) - log(shape) / 2 + log1p(c / n);
    } else {
      real a = 80 / n;
      real last = fmin(mu * (1 + a / 6 + sqrt(square(a) / 36 + a)) + 2, 20000);
      real first = fmax(0, floor(mu * (1 - sqrt(a))));
      while (first <= last) {
        vector[16] k = first + linspaced_vector(16, 0, 15);
        total = log_sum_exp(total, log_sum_exp(shape * (k * log(mu) - lgamma(k + 1))));
        first += 16;
      }
    }
    return total;
  }
  // The same of many, summed as often as `counts` says: the terms of a sum are powers of mu, and it is
  // 1 + r_1 (1 + r_2 (1 + ...)), from the last on, where it is not beyond a number of the computer.
  real conway_maxwell_constants(vector mu, vector counts, real shape) {
    int N = size(mu);
    vector[N] times = rep_vector(0, N);
    vector[N] near = rep_vector(0, N);
    real largest = 0.001;
    real total = 0;
    for (n in 1:N) {
      if (mu[n] * fmax(shape, 1) > 600) {
        total += counts[n] * conway_maxwell_constant(mu[n], shape);
      } else {
        times[n] = counts[n];
        near[n] = mu[n];
        largest = fmax(largest, mu[n]);
      }
    }
    real a = 80 / (shape * largest);
    real k = fmin(ceil(largest * (1 + a / 6 + sqrt(square(a) / 36 + a)) + 2), 20000);
    vector[N] ratio = (near / largest)^shape;
    vector[N] series = rep_vector(1, N);
    while (k >= 1) {
      series = 1 + (largest / k)^shape * (ratio .* series);
      k -= 1;
    }
    return total + dot_product(times, log(series));
  }
