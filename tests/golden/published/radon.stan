// Radon
// y ~ x * u + (1 + x | county)
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
  int<lower=0> N_county;  // units of county
  int<lower=0> K_Z;  // components of Z
  int<lower=0> K_B_covariates;  // components of B_covariates
  int<lower=0> K_B_corr;  // components of B_corr
  int<lower=1> radon_columns;  // columns of effects in the mean of radon
  int<lower=1> radon_products;  // products of the columns of effects of radon
  real radon_rows;  // number of rows of radon
  real radon_constant;  // constant in the log density of radon
  real radon_squares;  // sum of squares about the least-squares fit of radon
  matrix[N_county, radon_products] radon_information;  // by unit, products of the columns of effects of radon
  matrix[N_county, radon_columns] radon_score;  // by unit, columns of effects times the residuals of radon
  vector[K_Z + K_Z] radon_at;  // least-squares coefficients of the mean of radon
  matrix[K_Z + K_Z, K_Z + K_Z] radon_root;  // root of the cross-products of the columns of coefficients of radon
  array[radon_columns] matrix[N_county, K_Z + K_Z] radon_cross;  // by unit, columns of effects times those of coefficients of radon
  vector<lower=0>[K_B_covariates] B_sd_pilot_size;  // about how large B_sd is
  // numbers in the declarations
  vector[K_Z] intercept_mu;
  vector<lower=0>[K_Z] intercept_sigma;
  vector[K_Z] slope_mu;
  vector<lower=0>[K_Z] slope_sigma;
  vector<lower=0>[K_B_covariates] B_sd_sigma;
  real<lower=0> B_corr_eta;
  real<lower=0> radon_sigma_sigma;
}
parameters {
  vector<multiplier=intercept_sigma>[K_Z] intercept;
  vector<multiplier=slope_sigma>[K_Z] slope;
  vector[K_B_covariates] B_sd_soft;
  cholesky_factor_corr[K_B_corr] B_corr_cholesky;
  real<lower=0> radon_sigma;
}
transformed parameters {
  vector[K_B_covariates] B_sd = softened(B_sd_soft, B_sd_pilot_size);
}
model {
  // intercept ~ Normal(), over Z
  target += normal_lpdf(intercept | intercept_mu, intercept_sigma);
  // slope ~ Normal(), over Z
  target += normal_lpdf(slope | slope_mu, slope_sigma);
  // B_sd ~ HalfNormal(), over B_covariates
  target += normal_lpdf(B_sd | 0, B_sd_sigma) + num_elements(B_sd) * log2();
  target += log_slope_softened(B_sd_soft, B_sd_pilot_size);
  // B_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(B_corr_cholesky | B_corr_eta);
  // radon_sigma ~ HalfNormal()
  target += normal_lpdf(radon_sigma | 0, radon_sigma_sigma) + log2();
  // radon ~ Normal(B @ B_covariates, radon_sigma), observed as log.radon
  // with B ~ MultiNormal([intercept @ Z, slope @ Z], B_sd, B_corr), over county, B_covariates integrated out
  // B comes back by exact draws, given the draws here
  {
    vector[K_Z + K_Z] radon_deviation = append_row(intercept, slope) - radon_at;
    target += normal_residuals(radon_rows, radon_squares + dot_self(radon_root * radon_deviation), radon_sigma) + radon_constant;
    matrix[N_county, radon_products + radon_columns + 1] radon_message = append_col(append_col(radon_information / square(radon_sigma), residual_scores(radon_score, radon_cross, radon_deviation) / square(radon_sigma)), rep_vector(0, N_county));
    target += density_of(swept(radon_message, diag_pre_multiply(B_sd, B_corr_cholesky), radon_columns, rep_vector(1, N_county)));
  }
}
generated quantities {
  matrix[K_B_corr, K_B_corr] B_corr = multiply_lower_tri_self_transpose(B_corr_cholesky);
}
