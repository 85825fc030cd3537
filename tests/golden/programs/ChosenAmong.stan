// ChosenAmong
// Rows that are chosen among those of a unit, with coefficients that differ between units.
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
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_region;  // units of region
  array[N] int<lower=1, upper=N_region> region;  // the region of each row
  array[N] int<lower=0, upper=1> flag;  // observed
  vector[N] x;  // 'x' of each row
  vector[N] z;  // 'z' of each row
  array[N] int<lower=0> within_flag_over_room;  // 'within(flag, over room)' of each row
  real<lower=0> sd_pilot_size;  // about how large sd is
  // numbers in the declarations
  real<lower=0> b_sigma;
  real<lower=0> sd_sigma;
}
parameters {
  real b;
  real sd_soft;
  vector[N_region] B_raw;
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
  // B ~ Normal(b, sd), over region
  target += std_normal_lpdf(B_raw);
  // flag ~ ConditionalLogit(B * data("x") + exp(b) * data("z"), within=room), observed
  target += conditional_logit_lpmf(flag | B[region] .* x + exp(b) * z, within_flag_over_room);
}
