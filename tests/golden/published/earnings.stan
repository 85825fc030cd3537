// Earnings
// log(earn) ~ z + (1 + z | eth) + (1 + z | age) + (1 + z | eth:age)
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
  // Weighed sums of the rows first[j] to first[j + 1] - 1 of x.
  matrix segment_products(vector weight, matrix x, array[] int first) {
    int n = size(first) - 1;
    matrix[n, cols(x)] sums = rep_matrix(0, n, cols(x));
    for (j in 1:n) {
      if (first[j] < first[j + 1]) {
        sums[j] = weight[first[j]:(first[j + 1] - 1)]' * x[first[j]:(first[j + 1] - 1)];
      }
    }
    return sums;
  }
  // The log density that `swept` has gathered, once every effect is integrated out.
  real density_of(matrix left) {
    return sum(left);
  }
  // The effects of a level, integrated out unit by unit. Rows of `info` are units; its columns are, for c
  // coefficients (those of this level first), the upper triangle of their information, row by row, their
  // scores, and the log density so far. `root` is the Cholesky factor of the covariance of a unit's effects.
  // What is left is the same about the other coefficients. `times` says how many units each is.
  matrix swept(matrix info, matrix root, int c, vector times) {
    int n = rows(info);
    int q = rows(root);
    int left = c - q;
    array[c, c] vector[n] A;
    array[c] vector[n] h;
    vector[n] density = info[, cols(info)];
    matrix[n, (left * (left + 1)) %/% 2 + 1 + left] rest;
    int m = 0;
    for (a in 1:c) {
      h[a] = info[, (c * (c + 1)) %/% 2 + a];
      for (b in a:c) {
        m += 1;
        A[a, b] = info[, m];
        A[b, a] = A[a, b];
      }
    }
    for (b in 1:c) {  // in units of independent standard normal effects: rows, and then columns, times root
      for (a in 1:q) {
        A[a, b] *= root[a, a];
        for (k in (a + 1):q) {
          A[a, b] += root[k, a] * A[k, b];
        }
      }
    }
    for (a in 1:q) {
      for (b in 1:q) {
        A[a, b] *= root[b, b];
        for (k in (b + 1):q) {
          A[a, b] += root[k, b] * A[a, k];
        }
      }
      h[a] *= root[a, a];
      for (k in (a + 1):q) {
        h[a] += root[k, a] * h[k];
      }
    }
    for (a in 1:q) {  // one after another
      vector[n] size = sqrt(1 + A[a, a]);
      vector[n] z = h[a] ./ size;
      density += 0.5 * square(z) - times .* log(size);
      for (b in (a + 1):c) {
        A[a, b] = A[a, b] ./ size;
      }
      for (b in (a + 1):c) {
        h[b] -= A[a, b] .* z;
        for (k in b:c) {
          A[b, k] -= A[a, b] .* A[a, k];
        }
      }
    }
    m = 0;
    for (a in (q + 1):c) {
      for (b in a:c) {
        m += 1;
        rest[, m] = A[a, b];
      }
    }
    for (a in (q + 1):c) {
      m += 1;
      rest[, m] = h[a];
    }
    rest[, m + 1] = density;
    return rest;
  }
  // Sums of the rows first[j] to first[j + 1] - 1 of x.
  matrix segment_column_sums(matrix x, array[] int first) {
    int n = size(first) - 1;
    matrix[n, cols(x)] sums;
    for (k in 1:cols(x)) {
      vector[rows(x) + 1] total = append_row(0, cumulative_sum(x[, k]));
      sums[, k] = total[first[2:(n + 1)]] - total[first[1:n]];
    }
    return sums;
  }
}
data {
  int<lower=0> N_eth;  // units of eth
  int<lower=0> N_age;  // units of age
  int<lower=0> N_eth_age;  // units of eth x age
  int<lower=0> N_earn_cells;  // cells of earn
  int<lower=0> K_E;  // components of E
  int<lower=0> K_E_corr;  // components of E_corr
  int<lower=0> K_A;  // components of A
  int<lower=0> K_A_corr;  // components of A_corr
  int<lower=0> K_EA;  // components of EA
  int<lower=0> K_EA_corr;  // components of EA_corr
  array[N_earn_cells] int<lower=1, upper=N_age> earn_cells_age;  // the age of each cell of earn
  vector[N_earn_cells] earn_cells_z;  // 'z' of each cell of earn
  int<lower=1> earn_columns;  // columns of effects in the mean of earn
  int<lower=1> earn_products;  // products of the columns of effects of earn
  real earn_rows;  // number of rows of earn
  real earn_constant;  // constant in the log density of earn
  real earn_squares;  // sum of squares about the least-squares fit of earn
  matrix[N_eth_age, earn_products] earn_information;  // by unit, products of the columns of effects of earn
  vector[N_earn_cells] earn_n;  // rows in each cell of earn
  vector[N_earn_cells] earn_mean;  // mean of the cells of equal rows of earn
  array[N_eth_age + 1] int<lower=1> earn_first;  // where the cells of each unit begin, of earn
  matrix[N_earn_cells, earn_columns] earn_multiples;  // what effects are multiplied by in the cells of earn
  array[N_eth + 1] int<lower=1> eth_first;  // where the children of each eth begin
  vector<lower=0>[K_E] E_sigma_pilot_size;  // about how large E_sigma is
  vector<lower=0>[K_A] A_sigma_pilot_size;  // about how large A_sigma is
  vector<lower=0>[K_EA] EA_sigma_pilot_size;  // about how large EA_sigma is
  // numbers in the declarations
  real b_mu;
  real<lower=0> b_sigma;
  real a_mu;
  real a_at_b;
  real<lower=0> a_sigma;
  vector<lower=0>[K_E] E_sigma_sigma;
  real<lower=0> E_corr_eta;
  vector<lower=0>[K_A] A_sigma_sigma;
  real<lower=0> A_corr_eta;
  vector<lower=0>[K_EA] EA_sigma_sigma;
  real<lower=0> EA_corr_eta;
  real<lower=0> earn_sigma_sigma;
}
parameters {
  real a_raw;
  real<multiplier=b_sigma> b;
  vector[K_E] E_sigma_soft;
  cholesky_factor_corr[K_E_corr] E_corr_cholesky;
  vector[K_A] A_sigma_soft;
  cholesky_factor_corr[K_A_corr] A_corr_cholesky;
  matrix[K_A, N_age] A_raw;
  vector[K_EA] EA_sigma_soft;
  cholesky_factor_corr[K_EA_corr] EA_corr_cholesky;
  real<lower=0> earn_sigma;
}
transformed parameters {
  real a = a_mu - a_at_b * b + a_sigma * a_raw;
  vector[K_E] E_sigma = softened(E_sigma_soft, E_sigma_pilot_size);
  vector[K_A] A_sigma = softened(A_sigma_soft, A_sigma_pilot_size);
  matrix[N_age, K_A] A = (diag_pre_multiply(A_sigma, A_corr_cholesky) * A_raw)';
  vector[K_EA] EA_sigma = softened(EA_sigma_soft, EA_sigma_pilot_size);
}
model {
  // a ~ Normal()
  target += std_normal_lpdf(a_raw);
  // b ~ Normal()
  target += normal_lpdf(b | b_mu, b_sigma);
  // E_sigma ~ HalfNormal(), over E
  target += normal_lpdf(E_sigma | 0, E_sigma_sigma) + num_elements(E_sigma) * log2();
  target += log_slope_softened(E_sigma_soft, E_sigma_pilot_size);
  // E_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(E_corr_cholesky | E_corr_eta);
  // A_sigma ~ HalfNormal(), over A
  target += normal_lpdf(A_sigma | 0, A_sigma_sigma) + num_elements(A_sigma) * log2();
  target += log_slope_softened(A_sigma_soft, A_sigma_pilot_size);
  // A_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(A_corr_cholesky | A_corr_eta);
  // A ~ MultiNormal([0, 0], A_sigma, A_corr), over age
  target += std_normal_lpdf(to_vector(A_raw));
  // EA_sigma ~ HalfNormal(), over EA
  target += normal_lpdf(EA_sigma | 0, EA_sigma_sigma) + num_elements(EA_sigma) * log2();
  target += log_slope_softened(EA_sigma_soft, EA_sigma_pilot_size);
  // EA_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(EA_corr_cholesky | EA_corr_eta);
  // earn_sigma ~ HalfNormal()
  target += normal_lpdf(earn_sigma | 0, earn_sigma_sigma) + log2();
  // earn ~ LogNormal(mean, earn_sigma), observed
  // with EA ~ MultiNormal([0, 0], EA_sigma, EA_corr), over eth, age integrated out
  // with E ~ MultiNormal([0, 0], E_sigma, E_corr), over eth integrated out
  // EA and E come back by exact draws, given the draws here
  {
    vector[N_earn_cells] earn_residual = earn_mean - (a + 0 * earn_cells_z + 0 * earn_cells_z + earn_cells_z * b + A[earn_cells_age, 1] + earn_cells_z .* A[earn_cells_age, 2]);
    vector[N_earn_cells] earn_weighted = earn_n .* earn_residual;
    target += normal_residuals(earn_rows, earn_squares + dot_product(earn_weighted, earn_residual), earn_sigma) + earn_constant;
    matrix[N_eth_age, earn_products + earn_columns + 1] earn_message = append_col(append_col(earn_information / square(earn_sigma), segment_products(earn_weighted, earn_multiples, earn_first) / square(earn_sigma)), rep_vector(0, N_eth_age));
    target += density_of(swept(segment_column_sums(swept(earn_message, diag_pre_multiply(EA_sigma, EA_corr_cholesky), earn_columns, rep_vector(1, N_eth_age)), eth_first), diag_pre_multiply(E_sigma, E_corr_cholesky), earn_columns - K_EA, rep_vector(1, N_eth)));
  }
}
generated quantities {
  matrix[K_E_corr, K_E_corr] E_corr = multiply_lower_tri_self_transpose(E_corr_cholesky);
  matrix[K_A_corr, K_A_corr] A_corr = multiply_lower_tri_self_transpose(A_corr_cholesky);
  matrix[K_EA_corr, K_EA_corr] EA_corr = multiply_lower_tri_self_transpose(EA_corr_cholesky);
}
