// Cake
// angle ~ recipe * temperature + (1 | recipe:replicate)
functions {
  // Log density of n normal residuals with this sum of squares, but for the constant of the normal density.
  real normal_residuals(real n, real squares, real sd) {
    return -n * log(sd) - 0.5 * squares / square(sd);
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
  int<lower=0> N_batch;  // units of batch
  int<lower=0> K_b_covariates;  // components of b_covariates
  real angle_rows;  // number of rows of angle
  real angle_constant;  // constant in the log density of angle
  real angle_squares;  // sum of squares about the least-squares fit of angle
  vector[N_batch] angle_information;  // by unit, products of the columns of effects of angle
  vector[N_batch] angle_score;  // by unit, columns of effects times the residuals of angle
  vector[K_b_covariates] angle_at;  // least-squares coefficients of the mean of angle
  matrix[K_b_covariates, K_b_covariates] angle_root;  // root of the cross-products of the columns of coefficients of angle
  matrix[N_batch, K_b_covariates] angle_cross;  // by unit, columns of effects times those of coefficients of angle
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> B_sigma_sigma;
  real<lower=0> angle_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> B_sigma;
  real<lower=0> angle_sigma;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // B_sigma ~ HalfNormal()
  target += normal_lpdf(B_sigma | 0, B_sigma_sigma) + log2();
  // angle_sigma ~ HalfNormal()
  target += normal_lpdf(angle_sigma | 0, angle_sigma_sigma) + log2();
  // angle ~ Normal(b @ b_covariates + B, angle_sigma), observed
  // with B ~ Normal(0, B_sigma), over batch integrated out
  // B comes back by exact draws, given the draws here
  {
    vector[K_b_covariates] angle_deviation = b - angle_at;
    target += normal_residuals(angle_rows, angle_squares + dot_self(angle_root * angle_deviation), angle_sigma) + angle_constant;
    vector[N_batch] B_information = angle_information / square(angle_sigma);
    vector[N_batch] B_score = (angle_score - angle_cross * angle_deviation) / square(angle_sigma);
    vector[N_batch] B_kept = shares_left(B_information, B_sigma);
    target += normal_effects(B_score, B_kept, B_sigma);
  }
}
