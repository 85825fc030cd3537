// Strack
// value ~ condition + age + gender + (1 | uid)
// + (condition || study) + (condition || stimulus)
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
  // For every unit, the sum of what its rows look up in x, each times its weight (nothing where all are 1). Units
  // that look up as many stand together: `sizes` has how many they look up, and how many units there are; first
  // come the first look-ups of all of these, then the second ones. `place` is that of each unit among them.
  vector looked_up_sums(vector x, array[] int looked_up, vector weight, array[,] int sizes, array[] int place) {
    vector[size(place)] sums;
    int before = 0;
    int units = 0;
    for (k in 1:size(sizes)) {
      int many = sizes[k, 1];
      int n = sizes[k, 2];
      int end = before + many * n;
      if (many == 0) {
        sums[(units + 1):(units + n)] = rep_vector(0, n);
      } else if (num_elements(weight) == 0) {
        sums[(units + 1):(units + n)] = to_matrix(x[looked_up[(before + 1):end]], n, many) * rep_vector(1, many);
      } else {
        sums[(units + 1):(units + n)]
          = to_matrix(weight[(before + 1):end] .* x[looked_up[(before + 1):end]], n, many) * rep_vector(1, many);
      }
      before = end;
      units += n;
    }
    return sums[place];
  }
  // Log density of n normal residuals with this sum of squares, but for the constant of the normal density.
  real normal_residuals(real n, real squares, real sd) {
    return -n * log(sd) - 0.5 * squares / square(sd);
  }
  // What is added to a sum of squares of residuals where what rows look up moves by d: of each unit, `weight` is the
  // sum of the weights of its rows, and `score` that of their residuals before.
  real moved_squares(vector d, vector weight, vector score) {
    return dot_product(d, weight .* d - 2 * score);
  }
  // The share of each unit's deviation that is left unexplained by an effect of this sd, given the data's
  // information about it: 1 / (1 + sd^2 information).
  vector shares_left(vector information, real sd) {
    return inv(1 + square(sd) * information);
  }
  // What integrating normal effects of this sd out adds to the log density, with `kept` their `shares_left`.
  real normal_effects(vector score, vector kept, real sd) {
    return 0.5 * (sum(log(kept)) + square(sd) * dot_product(kept, square(score)));
  }
}
data {
  int<lower=0> N_uid;  // units of uid
  int<lower=0> N_study;  // units of study
  int<lower=0> N_stimulus;  // units of stimulus
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_V_covariates;  // components of V_covariates
  int<lower=0> K_W_covariates;  // components of W_covariates
  real value_rows;  // number of rows of value
  real value_constant;  // constant in the log density of value
  real value_squares;  // sum of squares about the least-squares fit of value
  vector[N_uid] value_information;  // by unit, products of the columns of effects of value
  vector[N_uid] value_score;  // by unit, columns of effects times the residuals of value
  vector[K_b_covariates] value_at;  // least-squares coefficients of the mean of value
  matrix[K_b_covariates, K_b_covariates] value_root;  // root of the cross-products of the columns of coefficients of value
  matrix[N_uid, K_b_covariates] value_cross;  // by unit, columns of effects times those of coefficients of value
  vector[N_study] value_study_at;  // where sums are taken of what value looks up by study, near the least-squares fit
  vector[N_study] value_study_weight;  // sums of the weights of the rows of value by study
  vector[N_study] value_study_score;  // sums of the residuals of value by study
  matrix[N_study, K_b_covariates] value_study_cross;  // sums of the columns of coefficients of value by study
  vector[N_study] value_study_at_2;  // where sums are taken of what value looks up by study, near the least-squares fit
  vector[N_study] value_study_weight_2;  // sums of the weights of the rows of value by study
  vector[N_study] value_study_score_2;  // sums of the residuals of value by study
  matrix[N_study, K_b_covariates] value_study_cross_2;  // sums of the columns of coefficients of value by study
  vector[N_stimulus] value_stimulus_at;  // where sums are taken of what value looks up by stimulus, near the least-squares fit
  vector[N_stimulus] value_stimulus_weight;  // sums of the weights of the rows of value by stimulus
  vector[N_stimulus] value_stimulus_score;  // sums of the residuals of value by stimulus
  matrix[N_stimulus, K_b_covariates] value_stimulus_cross;  // sums of the columns of coefficients of value by stimulus
  vector[N_stimulus] value_stimulus_at_2;  // where sums are taken of what value looks up by stimulus, near the least-squares fit
  vector[N_stimulus] value_stimulus_weight_2;  // sums of the weights of the rows of value by stimulus
  vector[N_stimulus] value_stimulus_score_2;  // sums of the residuals of value by stimulus
  matrix[N_stimulus, K_b_covariates] value_stimulus_cross_2;  // sums of the columns of coefficients of value by stimulus
  int<lower=0> value_uid_study_entries;  // look-ups
  int<lower=0> value_uid_study_weighed;  // look-ups that are weighed
  int<lower=0> value_uid_study_groups;  // different numbers of look-ups
  array[value_uid_study_entries] int<lower=1, upper=N_study> value_uid_study_columns;  // the study that each uid looks up in the rows of value
  vector[value_uid_study_weighed] value_uid_study_weights;  // what these are multiplied by; nothing where all by 1
  array[value_uid_study_groups, 2] int<lower=0> value_uid_study_sizes;  // how many look-ups, and how many of uid have as many
  array[N_uid] int<lower=1, upper=N_uid> value_uid_study_place;  // where each uid stands among these
  int<lower=0> value_study_study_entries;  // look-ups
  int<lower=0> value_study_study_weighed;  // look-ups that are weighed
  int<lower=0> value_study_study_groups;  // different numbers of look-ups
  array[value_study_study_entries] int<lower=1, upper=N_study> value_study_study_columns;  // the study that each study looks up in the rows of value
  vector[value_study_study_weighed] value_study_study_weights;  // what these are multiplied by; nothing where all by 1
  array[value_study_study_groups, 2] int<lower=0> value_study_study_sizes;  // how many look-ups, and how many of study have as many
  array[N_study] int<lower=1, upper=N_study> value_study_study_place;  // where each study stands among these
  int<lower=0> value_uid_study_entries_2;  // look-ups
  int<lower=0> value_uid_study_weighed_2;  // look-ups that are weighed
  int<lower=0> value_uid_study_groups_2;  // different numbers of look-ups
  array[value_uid_study_entries_2] int<lower=1, upper=N_study> value_uid_study_columns_2;  // the study that each uid looks up in the rows of value
  vector[value_uid_study_weighed_2] value_uid_study_weights_2;  // what these are multiplied by; nothing where all by 1
  array[value_uid_study_groups_2, 2] int<lower=0> value_uid_study_sizes_2;  // how many look-ups, and how many of uid have as many
  array[N_uid] int<lower=1, upper=N_uid> value_uid_study_place_2;  // where each uid stands among these
  int<lower=0> value_stimulus_study_entries;  // look-ups
  int<lower=0> value_stimulus_study_weighed;  // look-ups that are weighed
  int<lower=0> value_stimulus_study_groups;  // different numbers of look-ups
  array[value_stimulus_study_entries] int<lower=1, upper=N_study> value_stimulus_study_columns;  // the study that each stimulus looks up in the rows of value
  vector[value_stimulus_study_weighed] value_stimulus_study_weights;  // what these are multiplied by; nothing where all by 1
  array[value_stimulus_study_groups, 2] int<lower=0> value_stimulus_study_sizes;  // how many look-ups, and how many of stimulus have as many
  array[N_stimulus] int<lower=1, upper=N_stimulus> value_stimulus_study_place;  // where each stimulus stands among these
  int<lower=0> value_stimulus_study_entries_2;  // look-ups
  int<lower=0> value_stimulus_study_weighed_2;  // look-ups that are weighed
  int<lower=0> value_stimulus_study_groups_2;  // different numbers of look-ups
  array[value_stimulus_study_entries_2] int<lower=1, upper=N_study> value_stimulus_study_columns_2;  // the study that each stimulus looks up in the rows of value
  vector[value_stimulus_study_weighed_2] value_stimulus_study_weights_2;  // what these are multiplied by; nothing where all by 1
  array[value_stimulus_study_groups_2, 2] int<lower=0> value_stimulus_study_sizes_2;  // how many look-ups, and how many of stimulus have as many
  array[N_stimulus] int<lower=1, upper=N_stimulus> value_stimulus_study_place_2;  // where each stimulus stands among these
  int<lower=0> value_uid_stimulus_entries;  // look-ups
  int<lower=0> value_uid_stimulus_weighed;  // look-ups that are weighed
  int<lower=0> value_uid_stimulus_groups;  // different numbers of look-ups
  array[value_uid_stimulus_entries] int<lower=1, upper=N_stimulus> value_uid_stimulus_columns;  // the stimulus that each uid looks up in the rows of value
  vector[value_uid_stimulus_weighed] value_uid_stimulus_weights;  // what these are multiplied by; nothing where all by 1
  array[value_uid_stimulus_groups, 2] int<lower=0> value_uid_stimulus_sizes;  // how many look-ups, and how many of uid have as many
  array[N_uid] int<lower=1, upper=N_uid> value_uid_stimulus_place;  // where each uid stands among these
  int<lower=0> value_stimulus_study_entries_3;  // look-ups
  int<lower=0> value_stimulus_study_weighed_3;  // look-ups that are weighed
  int<lower=0> value_stimulus_study_groups_3;  // different numbers of look-ups
  array[value_stimulus_study_entries_3] int<lower=1, upper=N_study> value_stimulus_study_columns_3;  // the study that each stimulus looks up in the rows of value
  vector[value_stimulus_study_weighed_3] value_stimulus_study_weights_3;  // what these are multiplied by; nothing where all by 1
  array[value_stimulus_study_groups_3, 2] int<lower=0> value_stimulus_study_sizes_3;  // how many look-ups, and how many of stimulus have as many
  array[N_stimulus] int<lower=1, upper=N_stimulus> value_stimulus_study_place_3;  // where each stimulus stands among these
  int<lower=0> value_stimulus_study_entries_4;  // look-ups
  int<lower=0> value_stimulus_study_weighed_4;  // look-ups that are weighed
  int<lower=0> value_stimulus_study_groups_4;  // different numbers of look-ups
  array[value_stimulus_study_entries_4] int<lower=1, upper=N_study> value_stimulus_study_columns_4;  // the study that each stimulus looks up in the rows of value
  vector[value_stimulus_study_weighed_4] value_stimulus_study_weights_4;  // what these are multiplied by; nothing where all by 1
  array[value_stimulus_study_groups_4, 2] int<lower=0> value_stimulus_study_sizes_4;  // how many look-ups, and how many of stimulus have as many
  array[N_stimulus] int<lower=1, upper=N_stimulus> value_stimulus_study_place_4;  // where each stimulus stands among these
  int<lower=0> value_stimulus_stimulus_entries;  // look-ups
  int<lower=0> value_stimulus_stimulus_weighed;  // look-ups that are weighed
  int<lower=0> value_stimulus_stimulus_groups;  // different numbers of look-ups
  array[value_stimulus_stimulus_entries] int<lower=1, upper=N_stimulus> value_stimulus_stimulus_columns;  // the stimulus that each stimulus looks up in the rows of value
  vector[value_stimulus_stimulus_weighed] value_stimulus_stimulus_weights;  // what these are multiplied by; nothing where all by 1
  array[value_stimulus_stimulus_groups, 2] int<lower=0> value_stimulus_stimulus_sizes;  // how many look-ups, and how many of stimulus have as many
  array[N_stimulus] int<lower=1, upper=N_stimulus> value_stimulus_stimulus_place;  // where each stimulus stands among these
  int<lower=0> value_uid_stimulus_entries_2;  // look-ups
  int<lower=0> value_uid_stimulus_weighed_2;  // look-ups that are weighed
  int<lower=0> value_uid_stimulus_groups_2;  // different numbers of look-ups
  array[value_uid_stimulus_entries_2] int<lower=1, upper=N_stimulus> value_uid_stimulus_columns_2;  // the stimulus that each uid looks up in the rows of value
  vector[value_uid_stimulus_weighed_2] value_uid_stimulus_weights_2;  // what these are multiplied by; nothing where all by 1
  array[value_uid_stimulus_groups_2, 2] int<lower=0> value_uid_stimulus_sizes_2;  // how many look-ups, and how many of uid have as many
  array[N_uid] int<lower=1, upper=N_uid> value_uid_stimulus_place_2;  // where each uid stands among these
  vector<lower=0>[K_V_covariates] V_sd_pilot_size;  // about how large V_sd is
  vector<lower=0>[K_W_covariates] W_sd_pilot_size;  // about how large W_sd is
  matrix<lower=0, upper=1>[N_stimulus, K_W_covariates] W_pilot_weight;  // how far each stimulus is centred
  vector<lower=0>[K_W_covariates] W_pilot_scale;  // about how large the scale of W is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> U_sigma_sigma;
  vector<lower=0>[K_V_covariates] V_sd_sigma;
  vector<lower=0>[K_W_covariates] W_sd_sigma;
  real<lower=0> value_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> U_sigma;
  vector[K_V_covariates] V_sd_soft;
  matrix[N_study, K_V_covariates] V_raw;
  vector[K_W_covariates] W_sd_soft;
  matrix<multiplier=rep_vector(1, N_stimulus) * W_pilot_scale'>[N_stimulus, K_W_covariates] W_between;
  real<lower=0> value_sigma;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[K_V_covariates] V_sd = softened(V_sd_soft, V_sd_pilot_size);
  matrix[N_study, K_V_covariates] V;
  for (k in 1:K_V_covariates) {
    V[, k] = V_sd[k] * V_raw[, k];
  }
  vector[K_W_covariates] W_sd = softened(W_sd_soft, W_sd_pilot_size);
  matrix[N_stimulus, K_W_covariates] W;
  for (k in 1:K_W_covariates) {
    W[, k] = exp((1 - W_pilot_weight[, k]) * log(W_sd[k] / W_pilot_scale[k])) .* W_between[, k];
  }
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // U_sigma ~ HalfNormal()
  target += normal_lpdf(U_sigma | 0, U_sigma_sigma) + log2();
  // V_sd ~ HalfNormal(), over V_covariates
  target += normal_lpdf(V_sd | 0, V_sd_sigma) + num_elements(V_sd) * log2();
  target += log_slope_softened(V_sd_soft, V_sd_pilot_size);
  // V ~ Normal(0, V_sd), over study, V_covariates
  target += std_normal_lpdf(to_vector(V_raw));
  // W_sd ~ HalfNormal(), over W_covariates
  target += normal_lpdf(W_sd | 0, W_sd_sigma) + num_elements(W_sd) * log2();
  target += log_slope_softened(W_sd_soft, W_sd_pilot_size);
  // W ~ Normal(0, W_sd), over stimulus, W_covariates
  for (k in 1:K_W_covariates) {
    target += normal_lpdf(W_between[, k] | 0, W_pilot_scale[k] * exp(W_pilot_weight[, k] * log(W_sd[k] / W_pilot_scale[k])));
  }
  // value_sigma ~ HalfNormal()
  target += normal_lpdf(value_sigma | 0, value_sigma_sigma) + log2();
  // value ~ Normal(b @ b_covariates + U + V @ V_covariates + W @ W_covariates, value_sigma), observed
  // with U ~ Normal(0, U_sigma), over uid integrated out
  // U comes back by exact draws, given the draws here
  {
    vector[K_b_covariates] value_deviation = b - value_at;
    vector[N_study] value_study_moved = V[, 1] - value_study_at;
    vector[N_study] value_study_left = value_study_score - value_study_cross * value_deviation;
    vector[N_study] value_study_moved_2 = V[, 2] - value_study_at_2;
    vector[N_study] value_study_left_2 = value_study_score_2 - value_study_cross_2 * value_deviation - looked_up_sums(value_study_moved, value_study_study_columns, value_study_study_weights, value_study_study_sizes, value_study_study_place);
    vector[N_stimulus] value_stimulus_moved = W[, 1] - value_stimulus_at;
    vector[N_stimulus] value_stimulus_left = value_stimulus_score - value_stimulus_cross * value_deviation - looked_up_sums(value_study_moved, value_stimulus_study_columns, value_stimulus_study_weights, value_stimulus_study_sizes, value_stimulus_study_place) - looked_up_sums(value_study_moved_2, value_stimulus_study_columns_2, value_stimulus_study_weights_2, value_stimulus_study_sizes_2, value_stimulus_study_place_2);
    vector[N_stimulus] value_stimulus_moved_2 = W[, 2] - value_stimulus_at_2;
    vector[N_stimulus] value_stimulus_left_2 = value_stimulus_score_2 - value_stimulus_cross_2 * value_deviation - looked_up_sums(value_study_moved, value_stimulus_study_columns_3, value_stimulus_study_weights_3, value_stimulus_study_sizes_3, value_stimulus_study_place_3) - looked_up_sums(value_study_moved_2, value_stimulus_study_columns_4, value_stimulus_study_weights_4, value_stimulus_study_sizes_4, value_stimulus_study_place_4) - looked_up_sums(value_stimulus_moved, value_stimulus_stimulus_columns, value_stimulus_stimulus_weights, value_stimulus_stimulus_sizes, value_stimulus_stimulus_place);
    target += normal_residuals(value_rows, value_squares + dot_self(value_root * value_deviation) + moved_squares(value_study_moved, value_study_weight, value_study_left) + moved_squares(value_study_moved_2, value_study_weight_2, value_study_left_2) + moved_squares(value_stimulus_moved, value_stimulus_weight, value_stimulus_left) + moved_squares(value_stimulus_moved_2, value_stimulus_weight_2, value_stimulus_left_2), value_sigma) + value_constant;
    vector[N_uid] U_information = value_information / square(value_sigma);
    vector[N_uid] U_score = (value_score - value_cross * value_deviation - looked_up_sums(value_study_moved, value_uid_study_columns, value_uid_study_weights, value_uid_study_sizes, value_uid_study_place) - looked_up_sums(value_study_moved_2, value_uid_study_columns_2, value_uid_study_weights_2, value_uid_study_sizes_2, value_uid_study_place_2) - looked_up_sums(value_stimulus_moved, value_uid_stimulus_columns, value_uid_stimulus_weights, value_uid_stimulus_sizes, value_uid_stimulus_place) - looked_up_sums(value_stimulus_moved_2, value_uid_stimulus_columns_2, value_uid_stimulus_weights_2, value_uid_stimulus_sizes_2, value_uid_stimulus_place_2)) / square(value_sigma);
    vector[N_uid] U_kept = shares_left(U_information, U_sigma);
    target += normal_effects(U_score, U_kept, U_sigma);
  }
}
