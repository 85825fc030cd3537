// Machines
// score ~ Machine + (0 + Machine | Worker)
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
  int<lower=0> N_Worker;  // units of Worker
  int<lower=0> K_machine;  // components of machine
  int<lower=0> K_B_corr;  // components of B_corr
  int<lower=1> score_columns;  // columns of effects in the mean of score
  int<lower=1> score_products;  // products of the columns of effects of score
  real score_rows;  // number of rows of score
  real score_constant;  // constant in the log density of score
  real score_squares;  // sum of squares about the least-squares fit of score
  matrix[N_Worker, score_products] score_information;  // by unit, products of the columns of effects of score
  matrix[N_Worker, score_columns] score_score;  // by unit, columns of effects times the residuals of score
  vector[K_machine] score_at;  // least-squares coefficients of the mean of score
  matrix[K_machine, K_machine] score_root;  // root of the cross-products of the columns of coefficients of score
  array[score_columns] matrix[N_Worker, K_machine] score_cross;  // by unit, columns of effects times those of coefficients of score
  // numbers in the declarations
  vector[K_machine] B_mean_mu;
  vector<lower=0>[K_machine] B_mean_sigma;
  vector<lower=0>[K_machine] B_sd_sigma;
  real<lower=0> B_corr_eta;
  real<lower=0> score_sigma_sigma;
}
parameters {
  vector<multiplier=B_mean_sigma>[K_machine] B_mean;
  vector<lower=0>[K_machine] B_sd;
  cholesky_factor_corr[K_B_corr] B_corr_cholesky;
  real<lower=0> score_sigma;
}
model {
  // B_mean ~ Normal(), over machine
  target += normal_lpdf(B_mean | B_mean_mu, B_mean_sigma);
  // B_sd ~ HalfNormal(), over machine
  target += normal_lpdf(B_sd | 0, B_sd_sigma) + num_elements(B_sd) * log2();
  // B_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(B_corr_cholesky | B_corr_eta);
  // score_sigma ~ HalfNormal()
  target += normal_lpdf(score_sigma | 0, score_sigma_sigma) + log2();
  // score ~ Normal(B @ machine, score_sigma), observed
  // with B ~ MultiNormal(B_mean, B_sd, B_corr), over Worker, machine integrated out
  // B comes back by exact draws, given the draws here
  {
    vector[K_machine] score_deviation = B_mean - score_at;
    target += normal_residuals(score_rows, score_squares + dot_self(score_root * score_deviation), score_sigma) + score_constant;
    matrix[N_Worker, score_products + score_columns + 1] score_message = append_col(append_col(score_information / square(score_sigma), residual_scores(score_score, score_cross, score_deviation) / square(score_sigma)), rep_vector(0, N_Worker));
    target += density_of(swept(score_message, diag_pre_multiply(B_sd, B_corr_cholesky), score_columns, rep_vector(1, N_Worker)));
  }
}
generated quantities {
  matrix[K_B_corr, K_B_corr] B_corr = multiply_lower_tri_self_transpose(B_corr_cholesky);
}
