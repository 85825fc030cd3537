// EqualUnits
// Units that agree in their information as one, below others.
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
  // Log density of n normal residuals with this sum of squares, but for the constant of the normal density.
  real normal_residuals(real n, real squares, real sd) {
    return -n * log(sd) - 0.5 * squares / square(sd);
  }
  // The share of each unit's deviation that is left unexplained by an effect of this sd, given the data's
  // information about it: 1 / (1 + sd^2 information).
  vector shares_left(vector information, real sd) {
    return inv(1 + square(sd) * information);
  }
  // As `normal_effects`, where units that agree in their information are one: `times` says how many they are,
  // and `which` has the information of each row of scores, of which as many as say the same are left.
  real pooled_effects(vector score, vector kept, vector times, array[] int which, real sd) {
    return 0.5 * (dot_product(times, log(kept)) + square(sd) * dot_product(kept[which], square(score)));
  }
  // Scores of the units of the next level: sums of those of the units below, what is left of them by their
  // information, with coefficients d from those of the given scores.
  vector scores_above(matrix messages, vector share, vector d) {
    int p = num_elements(d) + 1;
    return to_matrix(messages * share, rows(messages) %/% p, p) * append_row(1, -d);
  }
  // What integrating normal effects of this sd out adds to the log density, with `kept` their `shares_left`.
  real normal_effects(vector score, vector kept, real sd) {
    return 0.5 * (sum(log(kept)) + square(sd) * dot_product(kept, square(score)));
  }
}
data {
  int<lower=0> N_school;  // units of school
  int<lower=0> N_room;  // units of room
  int<lower=0> R_distinct;  // how often units differ in what they say of R
  int<lower=0> R_score_rows;  // rows that units with the same information leave of R
  real y_rows;  // number of rows of y
  real y_constant;  // constant in the log density of y
  real y_squares;  // sum of squares about the least-squares fit of y
  vector[R_distinct] y_information;  // by unit, products of the columns of effects of y
  vector[R_score_rows] y_score;  // by unit, columns of effects times the residuals of y
  vector[2] y_at;  // least-squares coefficients of the mean of y
  matrix[2, 2] y_root;  // root of the cross-products of the columns of coefficients of y
  matrix[R_score_rows, 2] y_cross;  // by unit, columns of effects times those of coefficients of y
  matrix[N_school * (1 + 2), R_distinct] y_messages;  // by unit above, sums of scores and of columns of coefficients times those of effects of y
  vector[R_distinct] R_times;  // how many units each stands for, of R
  array[R_score_rows] int<lower=1> R_which;  // the information of each row of scores of R
  matrix[N_school, R_distinct] R_children;  // how many units below those above have each information of R
  real<lower=0> school_sd_pilot_size;  // about how large school_sd is
  real<lower=0> room_sd_pilot_size;  // about how large room_sd is
  // numbers in the declarations
  real<lower=0> mu_sigma;
  real<lower=0> b_sigma;
  real<lower=0> school_sd_sigma;
  real<lower=0> room_sd_sigma;
  real<lower=0> sigma_sigma;
}
parameters {
  real mu;
  real b;
  real school_sd_soft;
  real room_sd_soft;
  real<lower=0> sigma;
}
transformed parameters {
  real school_sd = softened(school_sd_soft, school_sd_pilot_size);
  real room_sd = softened(room_sd_soft, room_sd_pilot_size);
}
model {
  // mu ~ Normal(0, 1)
  target += normal_lpdf(mu | 0, mu_sigma);
  // b ~ Normal(0, 1)
  target += normal_lpdf(b | 0, b_sigma);
  // school_sd ~ HalfNormal(1)
  target += normal_lpdf(school_sd | 0, school_sd_sigma) + log2();
  target += log_slope_softened(school_sd_soft, school_sd_pilot_size);
  // room_sd ~ HalfNormal(1)
  target += normal_lpdf(room_sd | 0, room_sd_sigma) + log2();
  target += log_slope_softened(room_sd_soft, room_sd_pilot_size);
  // sigma ~ HalfNormal(1)
  target += normal_lpdf(sigma | 0, sigma_sigma) + log2();
  // y ~ Normal(R + b * data("x"), sigma), observed
  // with R ~ Normal(S, room_sd), over room integrated out
  // with S ~ Normal(mu, school_sd), over school integrated out
  // R and S come back by exact draws, given the draws here
  {
    vector[2] y_deviation = [mu, b]' - y_at;
    target += normal_residuals(y_rows, y_squares + dot_self(y_root * y_deviation), sigma) + y_constant;
    vector[R_distinct] R_information = y_information / square(sigma);
    vector[R_score_rows] R_score = (y_score - y_cross * y_deviation) / square(sigma);
    vector[R_distinct] R_kept = shares_left(R_information, room_sd);
    target += pooled_effects(R_score, R_kept, R_times, R_which, room_sd);
    vector[N_school] S_information = R_children * (R_information .* R_kept);
    vector[N_school] S_score = scores_above(y_messages, R_kept, y_deviation) / square(sigma);
    vector[N_school] S_kept = shares_left(S_information, school_sd);
    target += normal_effects(S_score, S_kept, school_sd);
  }
}
