// Weightgain
// weightgain ~ 1 + (1 | source) + (1 | type) + (1 | source:type)
functions {
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
  // The share of each unit's deviation that is left unexplained by an effect of this sd, given the data's
  // information about it: 1 / (1 + sd^2 information).
  vector shares_left(vector information, real sd) {
    return inv(1 + square(sd) * information);
  }
  // What integrating effects out adds to the log density where all else is integrated out later: from their
  // `shares_left`, or from their `unit_weights`.
  real weights_density(vector kept) {
    return 0.5 * sum(log(kept));
  }
  real weights_density(matrix weights) {
    return -0.5 * sum(weights[, cols(weights)]);
  }
  // Products of columns and of an outcome, what varies between units weighed: `between` has those of every unit
  // (columns), by pairs of its rows where it has several. Each product stands there once: `place` has the row of
  // every entry of the matrix.
  matrix with_units(matrix within, matrix between, vector weight, array[] int place) {
    vector[rows(between)] found = between * weight;
    return within + to_matrix(found[place], rows(within), cols(within));
  }
  matrix with_units(matrix within, matrix between, matrix weights, array[] int place) {
    vector[rows(between)] found = between * to_vector(weights[, 1:(cols(weights) - 1)]);
    return within + to_matrix(found[place], rows(within), cols(within));
  }
  // Sums of the elements first[j] to first[j + 1] - 1 of x.
  vector segment_sums(vector x, array[] int first) {
    int n = size(first) - 1;
    if (n > 0 && first[n] <= num_elements(x)) {
      // all segments begin within x: what lies before each is the sum up to its first element without that
      vector[num_elements(x)] total = cumulative_sum(x);
      vector[n] before = total[first[1:n]] - x[first[1:n]];
      return append_row(before[2:n], total[num_elements(x)]) - before;
    }
    vector[num_elements(x) + 1] total = append_row(0, cumulative_sum(x));
    return total[first[2:(n + 1)]] - total[first[1:n]];
  }
  // Weighed sums of the rows first[j] to first[j + 1] - 1 of x.
  matrix segment_products(vector weight, matrix x, array[] int first) {
    int n = size(first) - 1;
    matrix[n, cols(x)] sums = rep_matrix(0, n, cols(x));
    for (j in 1:n) {
      if (first[j] < first[j + 1]) {
        sums[j] = weight[first[j]:(first[j + 1] - 1)]' * x[first[j]:(first[j + 1] - 1)];
      }
    }
    return sums;
  }
  // Products of columns and of an outcome, with effects of a further level integrated out: `score` are its units'
  // sums of the columns, and `kept` their `shares_left`.
  matrix without_level(matrix products, matrix score, vector kept, real sd) {
    matrix[rows(score), cols(score)] scaled = score .* rep_matrix(sd * sqrt(kept), cols(score));
    return products - scaled' * scaled;
  }
  // Log density of n normal residuals with this sum of squares, but for the constant of the normal density.
  real normal_residuals(real n, real squares, real sd) {
    return -n * log(sd) - 0.5 * squares / square(sd);
  }
  // What integrating normal coefficients of these sds out adds to the log density, and the sum of squares that is
  // left. `products` are those of their columns and of the outcome (the last), taken less the columns times `at`.
  // One Cholesky factor has the determinant, and in its corner the root of 1 plus that sum.
  real common_effects(matrix products, vector sd, vector at) {
    int p = num_elements(sd);
    vector[p + 1] scale = append_row(sd, 1);
    vector[p] pull = at ./ sd;
    matrix[p + 1, p + 1] whole = add_diag(products .* (scale * scale'), 1);
    whole[1:p, p + 1] -= pull;
    whole[p + 1, 1:p] -= pull';
    whole[p + 1, p + 1] += dot_self(pull);
    vector[p + 1] size = diagonal(cholesky_decompose(whole));
    return 0.5 * (1 - square(size[p + 1])) - sum(log(size[1:p]));
  }
}
data {
  int<lower=0> N_source;  // units of source
  int<lower=0> N_kind;  // units of kind
  int<lower=0> N_source_kind;  // units of source x kind
  int<lower=1> weightgain_width;  // columns of coefficients, and the outcome, of weightgain
  int<lower=1> weightgain_entries;  // different products of these of weightgain
  real weightgain_rows;  // number of rows of weightgain
  real weightgain_constant;  // constant in the log density of weightgain
  matrix[weightgain_width, weightgain_width] weightgain_within;  // products of the columns, as far as they vary within units, of weightgain
  matrix[weightgain_entries, N_source_kind] weightgain_between;  // by unit, products of the columns where they do not vary within units, of weightgain
  array[weightgain_width * weightgain_width] int<lower=1> weightgain_place;  // where each of these products stands in a matrix of weightgain
  vector[N_source_kind] weightgain_information;  // by unit, products of the columns of effects of weightgain
  matrix[N_source_kind, weightgain_width] weightgain_by_unit;  // by unit, columns of effects times those of coefficients and the outcome of weightgain
  vector[weightgain_width - 1] weightgain_common_at;  // least-squares coefficients of what is integrated out with the effects of weightgain
  array[N_source + 1] int<lower=1> source_first;  // where the children of each source begin
  real<lower=0> S_sigma_pilot_size;  // about how large S_sigma is
  real<lower=0> K_sigma_pilot_size;  // about how large K_sigma is
  real<lower=0> SK_sigma_pilot_size;  // about how large SK_sigma is
  // numbers in the declarations
  real<lower=0> mean_sigma;
  real<lower=0> S_sigma_sigma;
  real<lower=0> K_sigma_sigma;
  real<lower=0> SK_sigma_sigma;
  real<lower=0> weightgain_sigma_sigma;
}
parameters {
  real S_sigma_soft;
  real K_sigma_soft;
  real SK_sigma_soft;
  real<lower=0> weightgain_sigma;
}
transformed parameters {
  real S_sigma = softened(S_sigma_soft, S_sigma_pilot_size);
  real K_sigma = softened(K_sigma_soft, K_sigma_pilot_size);
  real SK_sigma = softened(SK_sigma_soft, SK_sigma_pilot_size);
}
model {
  // S_sigma ~ HalfNormal()
  target += normal_lpdf(S_sigma | 0, S_sigma_sigma) + log2();
  target += log_slope_softened(S_sigma_soft, S_sigma_pilot_size);
  // K_sigma ~ HalfNormal()
  target += normal_lpdf(K_sigma | 0, K_sigma_sigma) + log2();
  target += log_slope_softened(K_sigma_soft, K_sigma_pilot_size);
  // SK_sigma ~ HalfNormal()
  target += normal_lpdf(SK_sigma | 0, SK_sigma_sigma) + log2();
  target += log_slope_softened(SK_sigma_soft, SK_sigma_pilot_size);
  // weightgain_sigma ~ HalfNormal()
  target += normal_lpdf(weightgain_sigma | 0, weightgain_sigma_sigma) + log2();
  // weightgain ~ Normal(mean + S + K + SK, weightgain_sigma), observed
  // with SK ~ Normal(0, SK_sigma), over source, kind integrated out
  // with S ~ Normal(0, S_sigma), over source integrated out
  // with mean ~ Normal() integrated out
  // with K ~ Normal(0, K_sigma), over kind integrated out
  // SK, S, mean and K come back by exact draws, given the draws here
  {
    vector[N_source_kind] SK_information = weightgain_information / square(weightgain_sigma);
    vector[N_source_kind] SK_kept = shares_left(SK_information, SK_sigma);
    vector[N_source_kind] SK_weight = SK_kept / square(weightgain_sigma);
    target += weights_density(SK_kept);
    matrix[weightgain_width, weightgain_width] weightgain_products_left = with_units(weightgain_within / square(weightgain_sigma), weightgain_between, SK_weight, weightgain_place);
    vector[N_source] S_information = segment_sums(SK_information .* SK_kept, source_first);
    matrix[N_source, weightgain_width] S_score = segment_products(SK_weight, weightgain_by_unit, source_first);
    vector[N_source] S_kept = shares_left(S_information, S_sigma);
    target += weights_density(S_kept);
    weightgain_products_left = without_level(weightgain_products_left, S_score, S_kept, S_sigma);
    target += normal_residuals(weightgain_rows, 0, weightgain_sigma) + weightgain_constant;
    target += common_effects(weightgain_products_left, append_row([mean_sigma]', rep_vector(K_sigma, N_kind)), weightgain_common_at);
  }
}
