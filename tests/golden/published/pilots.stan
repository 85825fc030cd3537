// Pilots
// y ~ 1 + (1 | group) + (1 | scenario)
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
  int<lower=0> N_group;  // units of group
  int<lower=0> N_scenario;  // units of scenario
  int<lower=1> y_width;  // columns of coefficients, and the outcome, of y
  int<lower=1> y_entries;  // different products of these of y
  real y_rows;  // number of rows of y
  real y_constant;  // constant in the log density of y
  matrix[y_width, y_width] y_within;  // products of the columns, as far as they vary within units, of y
  matrix[y_entries, N_scenario] y_between;  // by unit, products of the columns where they do not vary within units, of y
  array[y_width * y_width] int<lower=1> y_place;  // where each of these products stands in a matrix of y
  vector[N_scenario] y_information;  // by unit, products of the columns of effects of y
  vector[y_width - 1] y_common_at;  // least-squares coefficients of what is integrated out with the effects of y
  real<lower=0> G_sigma_pilot_size;  // about how large G_sigma is
  // numbers in the declarations
  real<lower=0> mean_sigma;
  real<lower=0> G_sigma_sigma;
  real<lower=0> S_sigma_sigma;
  real<lower=0> y_sigma_sigma;
}
parameters {
  real G_sigma_soft;
  real<lower=0> S_sigma;
  real<lower=0> y_sigma;
}
transformed parameters {
  real G_sigma = softened(G_sigma_soft, G_sigma_pilot_size);
}
model {
  // G_sigma ~ HalfNormal()
  target += normal_lpdf(G_sigma | 0, G_sigma_sigma) + log2();
  target += log_slope_softened(G_sigma_soft, G_sigma_pilot_size);
  // S_sigma ~ HalfNormal()
  target += normal_lpdf(S_sigma | 0, S_sigma_sigma) + log2();
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(mean + G + S, y_sigma), observed
  // with S ~ Normal(0, S_sigma), over scenario integrated out
  // with mean ~ Normal() integrated out
  // with G ~ Normal(0, G_sigma), over group integrated out
  // S, mean and G come back by exact draws, given the draws here
  {
    vector[N_scenario] S_information = y_information / square(y_sigma);
    vector[N_scenario] S_kept = shares_left(S_information, S_sigma);
    vector[N_scenario] S_weight = S_kept / square(y_sigma);
    target += weights_density(S_kept);
    matrix[y_width, y_width] y_products_left = with_units(y_within / square(y_sigma), y_between, S_weight, y_place);
    target += normal_residuals(y_rows, 0, y_sigma) + y_constant;
    target += common_effects(y_products_left, append_row([mean_sigma]', rep_vector(G_sigma, N_group)), y_common_at);
  }
}
