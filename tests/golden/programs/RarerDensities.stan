// RarerDensities
// Rows that are chosen among those of a unit; extremes, dispersed counts, outcomes together.
functions {
  // Which rows of each group are chosen, given how many of them are: the odds of those that are, over the
  // sum of these products over all the ways to choose as many. Of more than half, those that are not.
  real conditional_logit_lpmf(array[] int y, vector eta, array[] int group) {
    int n = size(y);
    array[n] int order = sort_indices_asc(group);
    array[n] int unit = group[order];
    array[n] int chosen = y[order];
    vector[n] odds = eta[order];
    real total = dot_product(to_vector(chosen), odds);
    int first = 1;
    for (last in 1 : n) {
      if (last == n || unit[min(last + 1, n)] != unit[last]) {
        int rows = last - first + 1;
        int m = sum(chosen[first : last]);
        int others = 2 * m > rows ? 1 : 0;
        int few = others == 1 ? rows - m : m;
        if (others == 1) {
          total -= sum(odds[first : last]);
        }
        if (few == 1) {
          total -= log_sum_exp(others == 1 ? -odds[first : last] : odds[first : last]);
        } else if (few > 1) {
          vector[rows] own = others == 1 ? -odds[first : last] : odds[first : last];
          vector[few + 1] ways = rep_vector(0, few + 1); // by how many are chosen so far
          for (k in 1 : rows) {
            for (back in 0 : min(k, few) - 1) {
              int j = min(k, few) - back;
              ways[j + 1] = j == k ? own[k] + ways[j] : log_sum_exp(ways[j + 1], own[k] + ways[j]);
            }
          }
          total -= ways[few + 1];
        }
        first = last + 1;
      }
    }
    return total;
  }
  // The generalised extreme value distribution: log(1 + t) / t is a series near 0.
  real generalized_extreme_value_reduced(real y, real mu, real sigma, real xi) {
    real z = (y - mu) / sigma;
    real t = xi * z;
    return z * (abs(t) < 1e-5 ? 1 - t / 2 + square(t) / 3 : log1p(t) / t);
  }
  real generalized_extreme_value_lcdf(real y, real mu, real sigma, real xi) {
    if (1 + xi * (y - mu) / sigma <= 0) return xi > 0 ? negative_infinity() : 0;
    return -exp(-generalized_extreme_value_reduced(y, mu, sigma, xi));
  }
  real generalized_extreme_value_lccdf(real y, real mu, real sigma, real xi) {
    if (1 + xi * (y - mu) / sigma <= 0) return xi > 0 ? 0 : negative_infinity();
    return log1m_exp(-exp(-generalized_extreme_value_reduced(y, mu, sigma, xi)));
  }
  real generalized_extreme_value_lpdf(real y, real mu, real sigma, real xi) {
    if (1 + xi * (y - mu) / sigma <= 0) return negative_infinity();
    real w = generalized_extreme_value_reduced(y, mu, sigma, xi);
    return -log(sigma) - (1 + xi) * w - exp(-w);
  }
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
  // A generalised Poisson count with mean mu and variance dispersion * mu.
  real generalized_poisson_lpmf(int y, real mu, real dispersion) {
    real root = sqrt(dispersion);
    real total = mu / root + (1 - 1 / root) * y;
    return log(mu / root) + (y - 1) * log(total) - total - lgamma(y + 1);
  }
  real generalized_poisson_lcdf(int y, real mu, real dispersion) {
    real total = negative_infinity();
    for (k in 0:y) {
      total = log_sum_exp(total, generalized_poisson_lpmf(k | mu, dispersion));
    }
    return fmin(total, 0);
  }
  real generalized_poisson_lccdf(int y, real mu, real dispersion) {
    return log1m_exp(generalized_poisson_lcdf(y | mu, dispersion));
  }
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
  // The log-normal distribution of what lies above `shift`.
  real shifted_lognormal_lpdf(real y, real mu, real sigma, real shift) {
    return y > shift ? lognormal_lpdf(y - shift | mu, sigma) : negative_infinity();
  }
  real shifted_lognormal_lcdf(real y, real mu, real sigma, real shift) {
    return y > shift ? lognormal_lcdf(y - shift | mu, sigma) : negative_infinity();
  }
  real shifted_lognormal_lccdf(real y, real mu, real sigma, real shift) {
    return y > shift ? lognormal_lccdf(y - shift | mu, sigma) : 0;
  }
  // Jointly Student's t, with the Cholesky factor of the scales.
  real multi_student_t_root_lpdf(array[] vector y, real nu, array[] vector mu, matrix root) {
    int n = size(y);
    int k = rows(root);
    matrix[k, n] rest;
    for (i in 1:n) rest[, i] = y[i] - mu[i];
    return n * (lgamma((nu + k) / 2) - lgamma(nu / 2) - 0.5 * k * log(nu * pi()) - sum(log(diagonal(root))))
           - 0.5 * (nu + k) * sum(log1p(columns_dot_self(mdivide_left_tri_low(root, rest)) / nu));
  }
  real multi_student_t_root_lpdf(vector y, real nu, vector mu, matrix root) {
    int k = rows(root);
    vector[k] z = mdivide_left_tri_low(root, y - mu);
    return lgamma((nu + k) / 2) - lgamma(nu / 2) - 0.5 * k * log(nu * pi()) - sum(log(diagonal(root)))
           - 0.5 * (nu + k) * log1p(dot_self(z) / nu);
  }
  // A positive number from z: `typical` times exp(z / 2) Phi(z). Above the typical size its logarithm grows
  // with z; towards 0 it falls as the square of z, so that a density which does not vanish at 0 has no long tail.
  real softened(real z, real typical) {
    return typical * exp(0.5 * z) * (0.5 * erfc(-sqrt(0.5) * z));
  }
  vector softened(vector z, vector typical) {
    return typical .* exp(0.5 * z) .* (0.5 * erfc(-sqrt(0.5) * z));
  }
  // The log of the derivative of `softened` by z, summed: what a density of positive numbers is multiplied by.
  real log_slope_softened(real z, real typical) {
    real density = exp(-0.5 * square(z)) / sqrt(2 * pi());
    return log(typical) + 0.5 * z + log(0.25 * erfc(-sqrt(0.5) * z) + density);
  }
  real log_slope_softened(vector z, vector typical) {
    vector[num_elements(z)] density = exp(-0.5 * square(z)) / sqrt(2 * pi());
    return sum(log(typical) + 0.5 * z + log(0.25 * erfc(-sqrt(0.5) * z) + density));
  }
  // The density of a stationary process around 0: before[i] is the unit before.
  real autoregressed_density_lpdf(vector x, vector sd, vector rho, vector gap, array[] int order,
                                  array[] int before) {
    int n = num_elements(x);
    vector[n] y = x ./ sd;
    vector[n] mean = rep_vector(0, n);
    vector[n] spread = rep_vector(1, n);
    for (i in 1:n) {
      if (before[i] > 0) {
        real kept = gap[i] == 1 ? rho[i] : rho[i] ^ gap[i];
        mean[i] = kept * y[before[i]];
        spread[i] = sqrt(1 - square(kept));
      }
    }
    return normal_lpdf(y | mean, spread) - sum(log(sd));
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_region;  // units of region
  int<lower=0> N_room;  // units of room
  int<lower=0> K_together_corr;  // components of together_corr
  int<lower=0> K_together;  // components of together
  array[N] int<lower=1, upper=N_region> region;  // the region of each row
  array[N] int<lower=1, upper=N_room> room;  // the room of each row
  array[N] int<lower=0, upper=1> flag;  // observed
  vector[N] greatest;  // observed as 'y'
  vector<lower=0>[N] maximum;  // observed as 'positive'
  array[N] int<lower=0> even;  // observed as 'count'
  array[N] int<lower=0> spread;  // observed as 'count'
  vector<lower=0>[N] amount;  // observed as 'positive'
  vector<lower=0>[N] delayed;  // observed as 'positive'
  array[N] vector[K_together] together;  // observed as 'y', 'y2'
  vector[N] x;  // 'x' of each row
  vector[N] z;  // 'z' of each row
  array[N] int<lower=0> within_flag_over_room;  // 'within(flag, over room)' of each row
  vector[N_room] room_gap;  // steps since the unit before, of room
  array[N_room] int<lower=0, upper=N_room> room_order;  // units in the order of time, of room
  array[N_room] int<lower=0, upper=N_room> room_before;  // the unit before each, 0 for none, of room
  real<lower=0> sd_pilot_size;  // about how large sd is
  // numbers in the declarations
  real<lower=0> b_sigma;
  real<lower=0> sd_sigma;
  real<lower=0> s_sigma;
  real<lower=-1, upper=1> swing_rho;
  real greatest_xi;
  real<lower=0> maximum_alpha;
  real<lower=1, upper=2> amount_power;
  real<lower=0> delayed_shift;
  real<lower=0> together_corr_eta;
  real<lower=0> together_nu;
}
parameters {
  real b;
  real sd_soft;
  real<lower=0> s;
  vector[N_region] B_raw;
  vector[N_room] swing;
  cholesky_factor_corr[K_together_corr] together_corr_cholesky;
}
transformed parameters {
  real sd = softened(sd_soft, sd_pilot_size);
  vector[N_region] B = b + sd * B_raw;
}
model {
  // b ~ Normal(0, 1)
  target += normal_lpdf(b | 0, b_sigma);
  // sd ~ HalfNormal(1)
  target += normal_lpdf(sd | 0, sd_sigma) + log2();
  target += log_slope_softened(sd_soft, sd_pilot_size);
  // s ~ HalfNormal(1)
  target += normal_lpdf(s | 0, s_sigma) + log2();
  // B ~ Normal(b, sd), over region
  target += std_normal_lpdf(B_raw);
  // flag ~ ConditionalLogit(B * data("x") + exp(b) * data("z"), within=room), observed
  target += conditional_logit_lpmf(flag | B[region] .* x + exp(b) * z, within_flag_over_room);
  // swing ~ AR1(0.5, sd), over room
  target += autoregressed_density_lpdf(swing | rep_vector(sd, N_room), rep_vector(swing_rho, N_room), room_gap, room_order, room_before);
  // greatest ~ GeneralizedExtremeValue(b + swing, s, 0.1), observed as y
  {
    vector[N] greatest_mu = b + swing[room];
    for (n in 1:N) {
      target += generalized_extreme_value_lpdf(greatest[n] | greatest_mu[n], s, greatest_xi);
    }
  }
  // maximum ~ Frechet(2, s), observed as positive
  target += frechet_lpdf(maximum | maximum_alpha, s);
  // even ~ ConwayMaxwellPoisson(log=b, shape=s), observed as count
  target += conway_maxwell_poisson_lpmf(even | exp(b), s);
  // spread ~ GeneralizedPoisson(log=b, dispersion=1 + s), observed as count
  for (n in 1:N) {
    target += generalized_poisson_lpmf(spread[n] | exp(b), 1 + s);
  }
  // amount ~ Tweedie(log=b, dispersion=s, power=1.5), observed as positive
  target += tweedie_lpdf(amount | exp(b), s, amount_power);
  // delayed ~ ShiftedLogNormal(b, s, 0.0001), observed as positive
  for (n in 1:N) {
    target += shifted_lognormal_lpdf(delayed[n] | b, s, delayed_shift);
  }
  // together_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(together_corr_cholesky | together_corr_eta);
  // together ~ MultiStudentT(4, [b, b * data("x")], [s, 1], together_corr), observed as y, y2
  {
    matrix[N, 2] together_mu;
    together_mu[, 1] = rep_vector(b, N);
    together_mu[, 2] = b * x;
    array[N] vector[2] together_mu_vectors;
    for (n in 1:N) {
      together_mu_vectors[n] = together_mu[n]';
    }
    target += multi_student_t_root_lpdf(together | together_nu, together_mu_vectors, diag_pre_multiply([s, 1]', together_corr_cholesky));
  }
}
generated quantities {
  matrix[K_together_corr, K_together_corr] together_corr = multiply_lower_tri_self_transpose(together_corr_cholesky);
}
