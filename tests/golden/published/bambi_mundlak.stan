// Mundlak
// y ~ x + mean(x by g) + (1 | g)
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
  int<lower=0> N_g;  // units of g
  int<lower=0> K_b_covariates;  // components of b_covariates
  real y_rows;  // number of rows of y
  real y_constant;  // constant in the log density of y
  real y_squares;  // sum of squares about the least-squares fit of y
  vector[N_g] y_information;  // by unit, products of the columns of effects of y
  vector[N_g] y_score;  // by unit, columns of effects times the residuals of y
  vector[K_b_covariates] y_at;  // least-squares coefficients of the mean of y
  matrix[K_b_covariates, K_b_covariates] y_root;  // root of the cross-products of the columns of coefficients of y
  matrix[N_g, K_b_covariates] y_cross;  // by unit, columns of effects times those of coefficients of y
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> A_sigma_sigma;
  real<lower=0> y_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> A_sigma;
  real<lower=0> y_sigma;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // A_sigma ~ HalfNormal()
  target += normal_lpdf(A_sigma | 0, A_sigma_sigma) + log2();
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(b @ b_covariates + A, y_sigma), observed
  // with A ~ Normal(0, A_sigma), over g integrated out
  // A comes back by exact draws, given the draws here
  {
    vector[K_b_covariates] y_deviation = b - y_at;
    target += normal_residuals(y_rows, y_squares + dot_self(y_root * y_deviation), y_sigma) + y_constant;
    vector[N_g] A_information = y_information / square(y_sigma);
    vector[N_g] A_score = (y_score - y_cross * y_deviation) / square(y_sigma);
    vector[N_g] A_kept = shares_left(A_information, A_sigma);
    target += normal_effects(A_score, A_kept, A_sigma);
  }
}
