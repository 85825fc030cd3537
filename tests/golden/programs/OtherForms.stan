// OtherForms
// Forms that stand in no other of the six programs that both engines are held to.
functions {
  // The n vectors of x, of size k, as the rows of a matrix.
  matrix stack_rows(array[] vector x, int n, int k) {
    matrix[n, k] rows;
    for (i in 1:n) {
      rows[i] = x[i]';
    }
    return rows;
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  int<lower=0> N_region;  // units of region
  int<lower=0> N_room;  // units of room
  int<lower=0> K_corr;  // components of corr
  int<lower=0> K_slopes;  // components of slopes
  int<lower=0> K_X;  // components of X
  array[N] int<lower=1, upper=N_region> region;  // the region of each row
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  array[N] int<lower=1, upper=N_room> room;  // the room of each row
  vector[N] y;  // observed
  vector[N] x;  // 'x' of each row
  matrix[N, K_X] X;  // the columns of X for each row
  // numbers in the declarations
  real<lower=0> corr_eta;
  vector<lower=0>[K_slopes] slopes_sigma;
  vector<lower=0>[K_X] coefficients_sigma;
  real ends_alpha;
  real ends_beta;
  real<lower=0> shrunk_nu;
  real<lower=0> shrunk_sigma;
  vector<lower=0>[K_X] shares_alpha;
  real<lower=0> y_sigma;
}
transformed data {
  vector[N] known = x * 2;  // known = data("x") * 2
}
parameters {
  cholesky_factor_corr[K_corr] corr_cholesky;
  matrix[N_school, K_slopes] slopes;
  matrix[N_region, K_X] coefficients;
  vector<lower=ends_alpha, upper=ends_beta>[N_room] ends;
  vector[N_room] shrunk_raw;
  array[N_school] simplex[K_X] shares;
}
transformed parameters {
  vector[N_room] shrunk = shrunk_sigma * shrunk_raw;
}
model {
  // corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(corr_cholesky | corr_eta);
  // slopes ~ MultiNormal([0, 0], [1, 2], corr), over school
  {
    array[N_school] vector[K_slopes] slopes_vectors;
    for (n in 1:N_school) {
      slopes_vectors[n] = slopes[n]';
    }
    target += multi_normal_cholesky_lpdf(slopes_vectors | [0, 0]', diag_pre_multiply(slopes_sigma, corr_cholesky));
  }
  // coefficients ~ MultiNormal([0, 0], [1, 1], corr), over region, X
  {
    array[N_region] vector[K_X] coefficients_vectors;
    for (n in 1:N_region) {
      coefficients_vectors[n] = coefficients[n]';
    }
    target += multi_normal_cholesky_lpdf(coefficients_vectors | [0, 0]', diag_pre_multiply(coefficients_sigma, corr_cholesky));
  }
  // ends ~ Uniform(-1, 1), over room
  target += uniform_lpdf(ends | ends_alpha, ends_beta);
  // shrunk ~ StudentT(4, 0, 1), over room
  target += student_t_lpdf(shrunk_raw | shrunk_nu, 0, 1);
  // shares ~ Dirichlet([1, 2]), over school, X
  target += dirichlet_lpdf(shares | shares_alpha);
  vector[N] of_units = rows_dot_product(coefficients[region], X) + rows_dot_product(stack_rows(shares, N_school, K_X)[school], X) + ends[room] + shrunk[room];  // of_units = coefficients @ X + shares @ X + ends + shrunk
  // y ~ Normal(slopes[0] + slopes[1] * known + of_units, 1), observed
  target += normal_lpdf(y | slopes[school, 1] + slopes[school, 2] .* known + of_units, y_sigma);
}
generated quantities {
  matrix[K_corr, K_corr] corr = multiply_lower_tri_self_transpose(corr_cholesky);
}
