// Falls
// x ~ t + t^2 + (t + t^2 | astronaut)
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
  int<lower=0> N_astronaut;  // units of astronaut
  int<lower=0> K_B_covariates;  // components of B_covariates
  int<lower=1> x_columns;  // columns of effects in the mean of x
  int<lower=1> x_products;  // products of the columns of effects of x
  real x_rows;  // number of rows of x
  real x_constant;  // constant in the log density of x
  real x_squares;  // sum of squares about the least-squares fit of x
  matrix[N_astronaut, x_products] x_information;  // by unit, products of the columns of effects of x
  matrix[N_astronaut, x_columns] x_score;  // by unit, columns of effects times the residuals of x
  vector[K_B_covariates] x_at;  // least-squares coefficients of the mean of x
  matrix[K_B_covariates, K_B_covariates] x_root;  // root of the cross-products of the columns of coefficients of x
  array[x_columns] matrix[N_astronaut, K_B_covariates] x_cross;  // by unit, columns of effects times those of coefficients of x
  vector<lower=0>[K_B_covariates] B_sd_pilot_size;  // about how large B_sd is
  // numbers in the declarations
  vector[K_B_covariates] B_mean_mu;
  vector[K_B_covariates] B_mean_first;
  vector[K_B_covariates] B_mean_at_B_mean;
  vector<lower=0>[K_B_covariates] B_mean_sigma;
  vector<lower=0>[K_B_covariates] B_sd_sigma;
  real<lower=0> x_sigma_sigma;
}
parameters {
  vector[K_B_covariates] B_mean_raw;
  vector[K_B_covariates] B_sd_soft;
  real<lower=0> x_sigma;
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
  // x_sigma ~ HalfNormal()
  target += normal_lpdf(x_sigma | 0, x_sigma_sigma) + log2();
  // x ~ Normal(B @ B_covariates, x_sigma), observed
  // with B ~ Normal(B_mean, B_sd), over astronaut, B_covariates integrated out
  // B comes back by exact draws, given the draws here
  {
    vector[K_B_covariates] x_deviation = B_mean - x_at;
    target += normal_residuals(x_rows, x_squares + dot_self(x_root * x_deviation), x_sigma) + x_constant;
    matrix[N_astronaut, x_products + x_columns + 1] x_message = append_col(append_col(x_information / square(x_sigma), residual_scores(x_score, x_cross, x_deviation) / square(x_sigma)), rep_vector(0, N_astronaut));
    target += density_of(swept(x_message, diag_matrix(B_sd), x_columns, rep_vector(1, N_astronaut)));
  }
}
