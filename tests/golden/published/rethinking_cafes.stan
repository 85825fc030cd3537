// Cafes
// wait ~ normal(a[cafe] + b[cafe] * afternoon, sigma), (a, b)[cafe] ~ MVN
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
  // Scores of effects by unit (rows) and column, where coefficients lie d from those of the given scores.
  matrix residual_scores(matrix score, array[] matrix cross, vector d) {
    matrix[rows(score), cols(score)] left;
    for (k in 1:cols(score)) {
      left[, k] = score[, k] - cross[k] * d;
    }
    return left;
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
  int<lower=0> N_cafe;  // units of cafe
  int<lower=0> K_B_covariates;  // components of B_covariates
  int<lower=0> K_B_corr;  // components of B_corr
  int<lower=1> wait_columns;  // columns of effects in the mean of wait
  int<lower=1> wait_products;  // products of the columns of effects of wait
  real wait_rows;  // number of rows of wait
  real wait_constant;  // constant in the log density of wait
  real wait_squares;  // sum of squares about the least-squares fit of wait
  matrix[N_cafe, wait_products] wait_information;  // by unit, products of the columns of effects of wait
  matrix[N_cafe, wait_columns] wait_score;  // by unit, columns of effects times the residuals of wait
  vector[K_B_covariates] wait_at;  // least-squares coefficients of the mean of wait
  matrix[K_B_covariates, K_B_covariates] wait_root;  // root of the cross-products of the columns of coefficients of wait
  array[wait_columns] matrix[N_cafe, K_B_covariates] wait_cross;  // by unit, columns of effects times those of coefficients of wait
  vector<lower=0>[K_B_covariates] B_sd_pilot_size;  // about how large B_sd is
  // numbers in the declarations
  vector[K_B_covariates] B_mean_mu;
  vector[K_B_covariates] B_mean_first;
  vector[K_B_covariates] B_mean_at_B_mean;
  vector<lower=0>[K_B_covariates] B_mean_sigma;
  vector<lower=0>[K_B_covariates] B_sd_sigma;
  real<lower=0> B_corr_eta;
  real<lower=0> wait_sigma_sigma;
}
parameters {
  vector[K_B_covariates] B_mean_raw;
  vector[K_B_covariates] B_sd_soft;
  cholesky_factor_corr[K_B_corr] B_corr_cholesky;
  real<lower=0> wait_sigma;
}
transformed parameters {
  vector[K_B_covariates] B_mean = B_mean_mu + B_mean_sigma .* B_mean_raw;
  B_mean = B_mean - B_mean_first * dot_product(B_mean_at_B_mean, B_mean);
  vector[K_B_covariates] B_sd = softened(B_sd_soft, B_sd_pilot_size);
}
model {
  // B_mean ~ Normal(), over B_covariates
  target += std_normal_lpdf(B_mean_raw);
  // B_sd ~ HalfNormal(), over B_covariates
  target += normal_lpdf(B_sd | 0, B_sd_sigma) + num_elements(B_sd) * log2();
  target += log_slope_softened(B_sd_soft, B_sd_pilot_size);
  // B_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(B_corr_cholesky | B_corr_eta);
  // wait_sigma ~ HalfNormal()
  target += normal_lpdf(wait_sigma | 0, wait_sigma_sigma) + log2();
  // wait ~ Normal(B @ B_covariates, wait_sigma), observed
  // with B ~ MultiNormal(B_mean, B_sd, B_corr), over cafe, B_covariates integrated out
  // B comes back by exact draws, given the draws here
  {
    vector[K_B_covariates] wait_deviation = B_mean - wait_at;
    target += normal_residuals(wait_rows, wait_squares + dot_self(wait_root * wait_deviation), wait_sigma) + wait_constant;
    matrix[N_cafe, wait_products + wait_columns + 1] wait_message = append_col(append_col(wait_information / square(wait_sigma), residual_scores(wait_score, wait_cross, wait_deviation) / square(wait_sigma)), rep_vector(0, N_cafe));
    target += density_of(swept(wait_message, diag_pre_multiply(B_sd, B_corr_cholesky), wait_columns, rep_vector(1, N_cafe)));
  }
}
generated quantities {
  matrix[K_B_corr, K_B_corr] B_corr = multiply_lower_tri_self_transpose(B_corr_cholesky);
}
