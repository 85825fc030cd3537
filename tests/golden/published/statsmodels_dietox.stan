// Dietox
// Weight ~ Time, re_formula = "~Time", groups = Pig
functions {
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
  int<lower=0> N_Pig;  // units of Pig
  int<lower=0> K_B_covariates;  // components of B_covariates
  int<lower=0> K_B_corr;  // components of B_corr
  int<lower=1> Weight_columns;  // columns of effects in the mean of Weight
  int<lower=1> Weight_products;  // products of the columns of effects of Weight
  real Weight_rows;  // number of rows of Weight
  real Weight_constant;  // constant in the log density of Weight
  real Weight_squares;  // sum of squares about the least-squares fit of Weight
  matrix[N_Pig, Weight_products] Weight_information;  // by unit, products of the columns of effects of Weight
  matrix[N_Pig, Weight_columns] Weight_score;  // by unit, columns of effects times the residuals of Weight
  vector[K_B_covariates] Weight_at;  // least-squares coefficients of the mean of Weight
  matrix[K_B_covariates, K_B_covariates] Weight_root;  // root of the cross-products of the columns of coefficients of Weight
  array[Weight_columns] matrix[N_Pig, K_B_covariates] Weight_cross;  // by unit, columns of effects times those of coefficients of Weight
  // numbers in the declarations
  vector[K_B_covariates] B_mean_mu;
  vector[K_B_covariates] B_mean_first;
  vector[K_B_covariates] B_mean_at_B_mean;
  vector<lower=0>[K_B_covariates] B_mean_sigma;
  vector<lower=0>[K_B_covariates] B_sd_sigma;
  real<lower=0> B_corr_eta;
  real<lower=0> Weight_sigma_sigma;
}
parameters {
  vector[K_B_covariates] B_mean_raw;
  vector<lower=0>[K_B_covariates] B_sd;
  cholesky_factor_corr[K_B_corr] B_corr_cholesky;
  real<lower=0> Weight_sigma;
}
transformed parameters {
  vector[K_B_covariates] B_mean = B_mean_mu + B_mean_sigma .* B_mean_raw;
  B_mean = B_mean - B_mean_first * dot_product(B_mean_at_B_mean, B_mean);
}
model {
  // B_mean ~ Normal(), over B_covariates
  target += std_normal_lpdf(B_mean_raw);
  // B_sd ~ HalfNormal(), over B_covariates
  target += normal_lpdf(B_sd | 0, B_sd_sigma) + num_elements(B_sd) * log2();
  // B_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(B_corr_cholesky | B_corr_eta);
  // Weight_sigma ~ HalfNormal()
  target += normal_lpdf(Weight_sigma | 0, Weight_sigma_sigma) + log2();
  // Weight ~ Normal(B @ B_covariates, Weight_sigma), observed
  // with B ~ MultiNormal(B_mean, B_sd, B_corr), over Pig, B_covariates integrated out
  // B comes back by exact draws, given the draws here
  {
    vector[K_B_covariates] Weight_deviation = B_mean - Weight_at;
    target += normal_residuals(Weight_rows, Weight_squares + dot_self(Weight_root * Weight_deviation), Weight_sigma) + Weight_constant;
    matrix[N_Pig, Weight_products + Weight_columns + 1] Weight_message = append_col(append_col(Weight_information / square(Weight_sigma), residual_scores(Weight_score, Weight_cross, Weight_deviation) / square(Weight_sigma)), rep_vector(0, N_Pig));
    target += density_of(swept(Weight_message, diag_pre_multiply(B_sd, B_corr_cholesky), Weight_columns, rep_vector(1, N_Pig)));
  }
}
generated quantities {
  matrix[K_B_corr, K_B_corr] B_corr = multiply_lower_tri_self_transpose(B_corr_cholesky);
}
