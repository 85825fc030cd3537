// Nested
// y ~ 1 + (1 | a / b / c)
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
  int<lower=0> N_a;  // units of a
  int<lower=0> N_b;  // units of b
  int<lower=0> N_c;  // units of c
  real y_rows;  // number of rows of y
  real y_constant;  // constant in the log density of y
  real y_squares;  // sum of squares about the least-squares fit of y
  vector[N_c] y_information;  // by unit, products of the columns of effects of y
  vector[N_c] y_score;  // by unit, columns of effects times the residuals of y
  vector[1] y_at;  // least-squares coefficients of the mean of y
  matrix[1, 1] y_root;  // root of the cross-products of the columns of coefficients of y
  matrix[N_c, 1] y_cross;  // by unit, columns of effects times those of coefficients of y
  array[N_b + 1] int<lower=1> b_first;  // where the children of each b begin
  array[N_a + 1] int<lower=1> a_first;  // where the children of each a begin
  // numbers in the declarations
  real A_mean_mu;
  real<lower=0> A_mean_sigma;
  real<lower=0> A_sd_sigma;
  real<lower=0> B_sigma_sigma;
  real<lower=0> C_sigma_sigma;
  real<lower=0> y_sigma_sigma;
}
parameters {
  real<multiplier=A_mean_sigma> A_mean;
  real<lower=0> A_sd;
  real<lower=0> B_sigma;
  real<lower=0> C_sigma;
  real<lower=0> y_sigma;
}
model {
  // A_mean ~ Normal()
  target += normal_lpdf(A_mean | A_mean_mu, A_mean_sigma);
  // A_sd ~ HalfNormal()
  target += normal_lpdf(A_sd | 0, A_sd_sigma) + log2();
  // B_sigma ~ HalfNormal()
  target += normal_lpdf(B_sigma | 0, B_sigma_sigma) + log2();
  // C_sigma ~ HalfNormal()
  target += normal_lpdf(C_sigma | 0, C_sigma_sigma) + log2();
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(C, y_sigma), observed
  // with C ~ Normal(B, C_sigma), over c integrated out
  // with B ~ Normal(A, B_sigma), over b integrated out
  // with A ~ Normal(A_mean, A_sd), over a integrated out
  // C, B and A come back by exact draws, given the draws here
  {
    vector[1] y_deviation = [A_mean]' - y_at;
    target += normal_residuals(y_rows, y_squares + dot_self(y_root * y_deviation), y_sigma) + y_constant;
    vector[N_c] C_information = y_information / square(y_sigma);
    vector[N_c] C_score = (y_score - y_cross * y_deviation) / square(y_sigma);
    vector[N_c] C_kept = shares_left(C_information, C_sigma);
    target += normal_effects(C_score, C_kept, C_sigma);
    vector[N_b] B_information = segment_sums(C_information .* C_kept, b_first);
    vector[N_b] B_score = segment_sums(C_score .* C_kept, b_first);
    vector[N_b] B_kept = shares_left(B_information, B_sigma);
    target += normal_effects(B_score, B_kept, B_sigma);
    vector[N_a] A_information = segment_sums(B_information .* B_kept, a_first);
    vector[N_a] A_score = segment_sums(B_score .* B_kept, a_first);
    vector[N_a] A_kept = shares_left(A_information, A_sd);
    target += normal_effects(A_score, A_kept, A_sd);
  }
}
