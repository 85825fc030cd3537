// MetaAnalysis
// yi | se(sei) ~ 1 + (1 | study / es)
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
}
data {
  int<lower=0> N_study;  // units of study
  int<lower=0> N_es;  // units of es
  real yi_rows;  // number of rows of yi
  real yi_constant;  // constant in the log density of yi
  real yi_squares;  // sum of squares about the least-squares fit of yi
  vector[N_es] yi_information;  // by unit, products of the columns of effects of yi
  vector[N_es] yi_score;  // by unit, columns of effects times the residuals of yi
  vector[1] yi_at;  // least-squares coefficients of the mean of yi
  matrix[1, 1] yi_root;  // root of the cross-products of the columns of coefficients of yi
  matrix[N_es, 1] yi_cross;  // by unit, columns of effects times those of coefficients of yi
  array[N_study + 1] int<lower=1> study_first;  // where the children of each study begin
  // numbers in the declarations
  real S_mean_mu;
  real<lower=0> S_mean_sigma;
  real<lower=0> S_sd_sigma;
  real<lower=0> theta_sigma_sigma;
}
parameters {
  real<multiplier=S_mean_sigma> S_mean;
  real<lower=0> S_sd;
  real<lower=0> theta_sigma;
}
model {
  // S_mean ~ Normal()
  target += normal_lpdf(S_mean | S_mean_mu, S_mean_sigma);
  // S_sd ~ HalfNormal()
  target += normal_lpdf(S_sd | 0, S_sd_sigma) + log2();
  // theta_sigma ~ HalfNormal()
  target += normal_lpdf(theta_sigma | 0, theta_sigma_sigma) + log2();
  // yi ~ Normal(theta, data("sei")), observed
  // with theta ~ Normal(S, theta_sigma), over es integrated out
  // with S ~ Normal(S_mean, S_sd), over study integrated out
  // theta and S come back by exact draws, given the draws here
  {
    vector[1] yi_deviation = [S_mean]' - yi_at;
    target += normal_residuals(yi_rows, yi_squares + dot_self(yi_root * yi_deviation), 1) + yi_constant;
    vector[N_es] theta_information = yi_information;
    vector[N_es] theta_score = yi_score - yi_cross * yi_deviation;
    vector[N_es] theta_kept = shares_left(theta_information, theta_sigma);
    target += normal_effects(theta_score, theta_kept, theta_sigma);
    vector[N_study] S_information = segment_sums(theta_information .* theta_kept, study_first);
    vector[N_study] S_score = segment_sums(theta_score .* theta_kept, study_first);
    vector[N_study] S_kept = shares_left(S_information, S_sd);
    target += normal_effects(S_score, S_kept, S_sd);
  }
}
