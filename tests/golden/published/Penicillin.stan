// Penicillin
// diameter ~ 1 + (1 | plate) + (1 | sample)
functions {
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
  int<lower=0> N_plate;  // units of plate
  int<lower=0> N_dish;  // units of dish
  int<lower=1> diameter_width;  // columns of coefficients, and the outcome, of diameter
  int<lower=1> diameter_entries;  // different products of these of diameter
  real diameter_rows;  // number of rows of diameter
  real diameter_constant;  // constant in the log density of diameter
  matrix[diameter_width, diameter_width] diameter_within;  // products of the columns, as far as they vary within units, of diameter
  matrix[diameter_entries, N_plate] diameter_between;  // by unit, products of the columns where they do not vary within units, of diameter
  array[diameter_width * diameter_width] int<lower=1> diameter_place;  // where each of these products stands in a matrix of diameter
  vector[N_plate] diameter_information;  // by unit, products of the columns of effects of diameter
  vector[diameter_width - 1] diameter_common_at;  // least-squares coefficients of what is integrated out with the effects of diameter
  // numbers in the declarations
  real<lower=0> mean_sigma;
  real<lower=0> P_sigma_sigma;
  real<lower=0> S_sigma_sigma;
  real<lower=0> diameter_sigma_sigma;
}
parameters {
  real<lower=0> P_sigma;
  real<lower=0> S_sigma;
  real<lower=0> diameter_sigma;
}
model {
  // P_sigma ~ HalfNormal()
  target += normal_lpdf(P_sigma | 0, P_sigma_sigma) + log2();
  // S_sigma ~ HalfNormal()
  target += normal_lpdf(S_sigma | 0, S_sigma_sigma) + log2();
  // diameter_sigma ~ HalfNormal()
  target += normal_lpdf(diameter_sigma | 0, diameter_sigma_sigma) + log2();
  // diameter ~ Normal(mean + P + S, diameter_sigma), observed
  // with P ~ Normal(0, P_sigma), over plate integrated out
  // with mean ~ Normal() integrated out
  // with S ~ Normal(0, S_sigma), over dish integrated out
  // P, mean and S come back by exact draws, given the draws here
  {
    vector[N_plate] P_information = diameter_information / square(diameter_sigma);
    vector[N_plate] P_kept = shares_left(P_information, P_sigma);
    vector[N_plate] P_weight = P_kept / square(diameter_sigma);
    target += weights_density(P_kept);
    matrix[diameter_width, diameter_width] diameter_products_left = with_units(diameter_within / square(diameter_sigma), diameter_between, P_weight, diameter_place);
    target += normal_residuals(diameter_rows, 0, diameter_sigma) + diameter_constant;
    target += common_effects(diameter_products_left, append_row([mean_sigma]', rep_vector(S_sigma, N_dish)), diameter_common_at);
  }
}
