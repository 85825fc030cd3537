// Drinking
// alcuse ~ age * coa * peer + (age + age^2 || id)
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
  int<lower=0> N;  // rows
  int<lower=0> N_person;  // units of person
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_U_covariates;  // components of U_covariates
  vector[N] age_14;  // 'age_14' of each row
  int<lower=1> alcuse_columns;  // columns of effects in the mean of alcuse
  int<lower=1> alcuse_products;  // products of the columns of effects of alcuse
  real alcuse_rows;  // number of rows of alcuse
  real alcuse_constant;  // constant in the log density of alcuse
  real alcuse_squares;  // sum of squares about the least-squares fit of alcuse
  matrix[N_person, alcuse_products] alcuse_information;  // by unit, products of the columns of effects of alcuse
  matrix[N_person, alcuse_columns] alcuse_score;  // by unit, columns of effects times the residuals of alcuse
  vector[K_b_covariates] alcuse_at;  // least-squares coefficients of the mean of alcuse
  matrix[K_b_covariates, K_b_covariates] alcuse_root;  // root of the cross-products of the columns of coefficients of alcuse
  array[alcuse_columns] matrix[N_person, K_b_covariates] alcuse_cross;  // by unit, columns of effects times those of coefficients of alcuse
  vector<lower=0>[K_U_covariates] U_sd_pilot_size;  // about how large U_sd is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  vector<lower=0>[K_U_covariates] U_sd_sigma;
  real<lower=0> alcuse_sigma_sigma;
}
transformed data {
  vector[N] age = age_14;  // age = data("age_14")
}
parameters {
  vector[K_b_covariates] b_raw;
  vector[K_U_covariates] U_sd_soft;
  real<lower=0> alcuse_sigma;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[K_U_covariates] U_sd = softened(U_sd_soft, U_sd_pilot_size);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // U_sd ~ HalfNormal(), over U_covariates
  target += normal_lpdf(U_sd | 0, U_sd_sigma) + num_elements(U_sd) * log2();
  target += log_slope_softened(U_sd_soft, U_sd_pilot_size);
  // alcuse_sigma ~ HalfNormal()
  target += normal_lpdf(alcuse_sigma | 0, alcuse_sigma_sigma) + log2();
  // alcuse ~ Normal(b @ b_covariates + U @ U_covariates, alcuse_sigma), observed
  // with U ~ Normal(0, U_sd), over person, U_covariates integrated out
  // U comes back by exact draws, given the draws here
  {
    vector[K_b_covariates] alcuse_deviation = b - alcuse_at;
    target += normal_residuals(alcuse_rows, alcuse_squares + dot_self(alcuse_root * alcuse_deviation), alcuse_sigma) + alcuse_constant;
    matrix[N_person, alcuse_products + alcuse_columns + 1] alcuse_message = append_col(append_col(alcuse_information / square(alcuse_sigma), residual_scores(alcuse_score, alcuse_cross, alcuse_deviation) / square(alcuse_sigma)), rep_vector(0, N_person));
    target += density_of(swept(alcuse_message, diag_matrix(U_sd), alcuse_columns, rep_vector(1, N_person)));
  }
}
