// InstEval
// y ~ service + (1 | s) + (1 | d) + (1 | dept:service)
functions {
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
  int<lower=0> N_s;  // units of s
  int<lower=0> N_d;  // units of d
  int<lower=0> N_dept_service;  // units of dept x service
  int<lower=0> K_b_covariates;  // components of b_covariates
  matrix[N_dept_service, K_b_covariates] dept_service_b_covariates;  // the columns of b_covariates for each dept x service
  real y_rows;  // number of rows of y
  real y_constant;  // constant in the log density of y
  real y_squares;  // sum of squares about the least-squares fit of y
  vector[N_d] y_information;  // by unit, products of the columns of effects of y
  vector[N_d] y_score;  // by unit, columns of effects times the residuals of y
  vector[K_b_covariates] y_at;  // least-squares coefficients of the mean of y
  matrix[K_b_covariates, K_b_covariates] y_root;  // root of the cross-products of the columns of coefficients of y
  matrix[N_d, K_b_covariates] y_cross;  // by unit, columns of effects times those of coefficients of y
  vector[N_s] y_s_at;  // where sums are taken of what y looks up by s, near the least-squares fit
  vector[N_s] y_s_weight;  // sums of the weights of the rows of y by s
  vector[N_s] y_s_score;  // sums of the residuals of y by s
  matrix[N_s, K_b_covariates] y_s_cross;  // sums of the columns of coefficients of y by s
  vector[N_dept_service] y_dept_service_at;  // where sums are taken of what y looks up by dept_service, near the least-squares fit
  vector[N_dept_service] y_dept_service_weight;  // sums of the weights of the rows of y by dept_service
  vector[N_dept_service] y_dept_service_score;  // sums of the residuals of y by dept_service
  matrix[N_dept_service, K_b_covariates] y_dept_service_cross;  // sums of the columns of coefficients of y by dept_service
  int<lower=0> y_d_s_entries;  // look-ups
  int<lower=0> y_d_s_weighed;  // look-ups that are weighed
  int<lower=0> y_d_s_groups;  // different numbers of look-ups
  array[y_d_s_entries] int<lower=1, upper=N_s> y_d_s_columns;  // the s that each d looks up in the rows of y
  vector[y_d_s_weighed] y_d_s_weights;  // what these are multiplied by; nothing where all by 1
  array[y_d_s_groups, 2] int<lower=0> y_d_s_sizes;  // how many look-ups, and how many of d have as many
  array[N_d] int<lower=1, upper=N_d> y_d_s_place;  // where each d stands among these
  int<lower=0> y_dept_service_s_entries;  // look-ups
  int<lower=0> y_dept_service_s_weighed;  // look-ups that are weighed
  int<lower=0> y_dept_service_s_groups;  // different numbers of look-ups
  array[y_dept_service_s_entries] int<lower=1, upper=N_s> y_dept_service_s_columns;  // the s that each dept_service looks up in the rows of y
  vector[y_dept_service_s_weighed] y_dept_service_s_weights;  // what these are multiplied by; nothing where all by 1
  array[y_dept_service_s_groups, 2] int<lower=0> y_dept_service_s_sizes;  // how many look-ups, and how many of dept_service have as many
  array[N_dept_service] int<lower=1, upper=N_dept_service> y_dept_service_s_place;  // where each dept_service stands among these
  int<lower=0> y_d_dept_service_entries;  // look-ups
  int<lower=0> y_d_dept_service_weighed;  // look-ups that are weighed
  int<lower=0> y_d_dept_service_groups;  // different numbers of look-ups
  array[y_d_dept_service_entries] int<lower=1, upper=N_dept_service> y_d_dept_service_columns;  // the dept_service that each d looks up in the rows of y
  vector[y_d_dept_service_weighed] y_d_dept_service_weights;  // what these are multiplied by; nothing where all by 1
  array[y_d_dept_service_groups, 2] int<lower=0> y_d_dept_service_sizes;  // how many look-ups, and how many of d have as many
  array[N_d] int<lower=1, upper=N_d> y_d_dept_service_place;  // where each d stands among these
  vector<lower=0, upper=1>[N_s] S_pilot_weight;  // how far each s is centred
  real<lower=0> S_pilot_scale;  // about how large the scale of S is
  vector<lower=0, upper=1>[N_dept_service] DS_pilot_weight;  // how far each dept x service is centred
  real<lower=0> DS_pilot_scale;  // about how large the scale of DS is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> S_sigma_sigma;
  real<lower=0> D_sigma_sigma;
  real<lower=0> DS_sigma_sigma;
  real<lower=0> y_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> S_sigma;
  vector<multiplier=S_pilot_scale>[N_s] S_between;
  real<lower=0> D_sigma;
  real<lower=0> DS_sigma;
  vector<multiplier=DS_pilot_scale>[N_dept_service] DS_between;
  real<lower=0> y_sigma;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[N_s] S = exp((1 - S_pilot_weight) * log(S_sigma / S_pilot_scale)) .* S_between;
  vector[N_dept_service] DS = exp((1 - DS_pilot_weight) * log(DS_sigma / DS_pilot_scale)) .* (DS_between - DS_pilot_weight .* (dept_service_b_covariates * b));
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // S_sigma ~ HalfNormal()
  target += normal_lpdf(S_sigma | 0, S_sigma_sigma) + log2();
  // S ~ Normal(0, S_sigma), over s
  target += normal_lpdf(S_between | 0, S_pilot_scale * exp(S_pilot_weight * log(S_sigma / S_pilot_scale)));
  // D_sigma ~ HalfNormal()
  target += normal_lpdf(D_sigma | 0, D_sigma_sigma) + log2();
  // DS_sigma ~ HalfNormal()
  target += normal_lpdf(DS_sigma | 0, DS_sigma_sigma) + log2();
  // DS ~ Normal(0, DS_sigma), over dept, service
  target += normal_lpdf(DS_between | DS_pilot_weight .* (dept_service_b_covariates * b), DS_pilot_scale * exp(DS_pilot_weight * log(DS_sigma / DS_pilot_scale)));
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(b @ b_covariates + S + D + DS, y_sigma), observed
  // with D ~ Normal(0, D_sigma), over d integrated out
  // D comes back by exact draws, given the draws here
  {
    vector[K_b_covariates] y_deviation = b - y_at;
    vector[N_s] y_s_moved = S - y_s_at;
    vector[N_s] y_s_left = y_s_score - y_s_cross * y_deviation;
    vector[N_dept_service] y_dept_service_moved = DS - y_dept_service_at;
    vector[N_dept_service] y_dept_service_left = y_dept_service_score - y_dept_service_cross * y_deviation - looked_up_sums(y_s_moved, y_dept_service_s_columns, y_dept_service_s_weights, y_dept_service_s_sizes, y_dept_service_s_place);
    target += normal_residuals(y_rows, y_squares + dot_self(y_root * y_deviation) + moved_squares(y_s_moved, y_s_weight, y_s_left) + moved_squares(y_dept_service_moved, y_dept_service_weight, y_dept_service_left), y_sigma) + y_constant;
    vector[N_d] D_information = y_information / square(y_sigma);
    vector[N_d] D_score = (y_score - y_cross * y_deviation - looked_up_sums(y_s_moved, y_d_s_columns, y_d_s_weights, y_d_s_sizes, y_d_s_place) - looked_up_sums(y_dept_service_moved, y_d_dept_service_columns, y_d_dept_service_weights, y_d_dept_service_sizes, y_d_dept_service_place)) / square(y_sigma);
    vector[N_d] D_kept = shares_left(D_information, D_sigma);
    target += normal_effects(D_score, D_kept, D_sigma);
  }
}
