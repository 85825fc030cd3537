// Shooter
// rate ~ race * object + (race * object | subject) + (object | target)
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
}
data {
  int<lower=0> N_subject;  // units of subject
  int<lower=0> N_target;  // units of target
  int<lower=0> N_rate_cells;  // cells of rate
  int<lower=0> K_B_covariates;  // components of B_covariates
  int<lower=0> K_B_corr;  // components of B_corr
  int<lower=0> K_T_covariates;  // components of T_covariates
  int<lower=0> K_T_corr;  // components of T_corr
  array[N_rate_cells] int<lower=1, upper=N_target> rate_cells_target;  // the target of each cell of rate
  matrix[N_rate_cells, K_B_covariates] rate_cells_B_covariates;  // the columns of B_covariates for each cell of rate
  matrix[N_rate_cells, K_T_covariates] rate_cells_T_covariates;  // the columns of T_covariates for each cell of rate
  int<lower=1> rate_columns;  // columns of effects in the mean of rate
  int<lower=1> rate_products;  // products of the columns of effects of rate
  real rate_rows;  // number of rows of rate
  real rate_constant;  // constant in the log density of rate
  real rate_squares;  // sum of squares about the least-squares fit of rate
  matrix[N_subject, rate_products] rate_information;  // by unit, products of the columns of effects of rate
  vector[N_rate_cells] rate_n;  // rows in each cell of rate
  vector[N_rate_cells] rate_mean;  // mean of the cells of equal rows of rate
  array[N_subject + 1] int<lower=1> rate_first;  // where the cells of each unit begin, of rate
  matrix[N_rate_cells, rate_columns] rate_multiples;  // what effects are multiplied by in the cells of rate
  vector<lower=0>[K_B_covariates] B_sd_pilot_size;  // about how large B_sd is
  vector<lower=0>[K_T_covariates] T_sd_pilot_size;  // about how large T_sd is
  // numbers in the declarations
  vector[K_B_covariates] B_mean_mu;
  vector[K_B_covariates] B_mean_first;
  vector[K_B_covariates] B_mean_at_B_mean;
  vector<lower=0>[K_B_covariates] B_mean_sigma;
  vector<lower=0>[K_B_covariates] B_sd_sigma;
  real<lower=0> B_corr_eta;
  vector<lower=0>[K_T_covariates] T_sd_sigma;
  real<lower=0> T_corr_eta;
  real<lower=0> rate_sigma_sigma;
}
parameters {
  vector[K_B_covariates] B_mean_raw;
  vector[K_B_covariates] B_sd_soft;
  cholesky_factor_corr[K_B_corr] B_corr_cholesky;
  vector[K_T_covariates] T_sd_soft;
  cholesky_factor_corr[K_T_corr] T_corr_cholesky;
  matrix[K_T_covariates, N_target] T_raw;
  real<lower=0> rate_sigma;
}
transformed parameters {
  vector[K_B_covariates] B_mean = B_mean_mu + B_mean_sigma .* B_mean_raw;
  B_mean = B_mean - B_mean_first * dot_product(B_mean_at_B_mean, B_mean);
  vector[K_B_covariates] B_sd = softened(B_sd_soft, B_sd_pilot_size);
  vector[K_T_covariates] T_sd = softened(T_sd_soft, T_sd_pilot_size);
  matrix[N_target, K_T_covariates] T_ = (diag_pre_multiply(T_sd, T_corr_cholesky) * T_raw)';
}
model {
  // B_mean ~ Normal(), over B_covariates
  target += std_normal_lpdf(B_mean_raw);
  // B_sd ~ HalfNormal(), over B_covariates
  target += normal_lpdf(B_sd | 0, B_sd_sigma) + num_elements(B_sd) * log2();
  target += log_slope_softened(B_sd_soft, B_sd_pilot_size);
  // B_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(B_corr_cholesky | B_corr_eta);
  // T_sd ~ HalfNormal(), over T_covariates
  target += normal_lpdf(T_sd | 0, T_sd_sigma) + num_elements(T_sd) * log2();
  target += log_slope_softened(T_sd_soft, T_sd_pilot_size);
  // T_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(T_corr_cholesky | T_corr_eta);
  // T ~ MultiNormal(0, T_sd, T_corr), over target, T_covariates
  target += std_normal_lpdf(to_vector(T_raw));
  // rate_sigma ~ HalfNormal()
  target += normal_lpdf(rate_sigma | 0, rate_sigma_sigma) + log2();
  // rate ~ Normal(B @ B_covariates + T @ T_covariates, rate_sigma), observed
  // with B ~ MultiNormal(B_mean, B_sd, B_corr), over subject, B_covariates integrated out
  // B comes back by exact draws, given the draws here
  {
    vector[N_rate_cells] rate_residual = rate_mean - (rate_cells_B_covariates * B_mean + rows_dot_product(T_[rate_cells_target], rate_cells_T_covariates));
    vector[N_rate_cells] rate_weighted = rate_n .* rate_residual;
    target += normal_residuals(rate_rows, rate_squares + dot_product(rate_weighted, rate_residual), rate_sigma) + rate_constant;
    matrix[N_subject, rate_products + rate_columns + 1] rate_message = append_col(append_col(rate_information / square(rate_sigma), segment_products(rate_weighted, rate_multiples, rate_first) / square(rate_sigma)), rep_vector(0, N_subject));
    target += density_of(swept(rate_message, diag_pre_multiply(B_sd, B_corr_cholesky), rate_columns, rep_vector(1, N_subject)));
  }
}
generated quantities {
  matrix[K_B_corr, K_B_corr] B_corr = multiply_lower_tri_self_transpose(B_corr_cholesky);
  matrix[K_T_corr, K_T_corr] T_corr = multiply_lower_tri_self_transpose(T_corr_cholesky);
}
