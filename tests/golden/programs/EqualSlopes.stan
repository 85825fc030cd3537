// EqualSlopes
// The same with slopes.
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
  // The log density that `swept` has gathered, with effects of levels above left.
  real density_so_far(matrix left) {
    return sum(left[, cols(left)]);
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
  // How many columns `swept` leaves where c columns of effects are left.
  int swept_width(int c) {
    return (c * (c + 1)) %/% 2 + c + 1;
  }
  // What is known of units by their information (rows), once for each of c columns of effects: a score of 1 there.
  matrix unit_scores(matrix information, int c) {
    int n = rows(information);
    int products = cols(information);
    matrix[n * c, products + c + 1] found = rep_matrix(0, n * c, products + c + 1);
    for (a in 1:c) {
      int before = (a - 1) * n;
      found[(before + 1):(before + n), 1:products] = information;
      found[(before + 1):(before + n), products + a] = rep_vector(1, n);
    }
    return found;
  }
  // The log density that `swept` has gathered, once every effect is integrated out.
  real density_of(matrix left) {
    return sum(left);
  }
  // The information of the units of the next level about c coefficients, from how many units below them have
  // each information, and from what `swept` leaves of `unit_scores`.
  matrix information_above(matrix children, matrix swept_scores, int c) {
    return children * swept_scores[1:cols(children), 1:((c * (c + 1)) %/% 2)];
  }
  // Scores of the units of the next level about c coefficients, from sums of the scores of those below by column
  // and information, and from what `swept` leaves of `unit_scores`; of fixed coefficients d from theirs.
  matrix messages_above(matrix messages, matrix swept_scores, int c, vector d) {
    int p = num_elements(d) + 1;
    int n = rows(messages) %/% p;
    int products = (c * (c + 1)) %/% 2;
    matrix[rows(messages), c] sums = messages * swept_scores[, (products + 1):(products + c)];
    matrix[n, c] found = sums[1:n];
    for (k in 2:p) {
      found -= d[k - 1] * sums[((k - 1) * n + 1):(k * n)];
    }
    return found;
  }
}
data {
  int<lower=0> N_school;  // units of school
  int<lower=0> N_room;  // units of room
  int<lower=0> K_corr;  // components of corr
  int<lower=0> K_B;  // components of B
  int<lower=0> B_distinct;  // how often units differ in what they say of B
  int<lower=0> B_score_rows;  // rows that units with the same information leave of B
  int<lower=1> y_columns;  // columns of effects in the mean of y
  int<lower=1> y_products;  // products of the columns of effects of y
  real y_rows;  // number of rows of y
  real y_constant;  // constant in the log density of y
  real y_squares;  // sum of squares about the least-squares fit of y
  matrix[B_distinct, y_products] y_information;  // by unit, products of the columns of effects of y
  matrix[B_score_rows, y_columns] y_score;  // by unit, columns of effects times the residuals of y
  vector[1] y_at;  // least-squares coefficients of the mean of y
  matrix[1, 1] y_root;  // root of the cross-products of the columns of coefficients of y
  array[y_columns] matrix[B_score_rows, 1] y_cross;  // by unit, columns of effects times those of coefficients of y
  matrix[N_school * (1 + 1), y_columns * B_distinct] y_messages;  // by unit above, sums of scores and of columns of coefficients times those of effects of y
  vector[B_score_rows] B_times;  // how many units each stands for, of B
  array[B_score_rows] int<lower=1> B_which;  // the information of each row of scores of B
  matrix[N_school, B_distinct] B_children;  // how many units below those above have each information of B
  real<lower=0> school_sd_pilot_size;  // about how large school_sd is
  real<lower=0> sds_pilot_size;  // about how large sds is
  // numbers in the declarations
  real<lower=0> a_sigma;
  real<lower=0> school_sd_sigma;
  real<lower=0> sds_sigma;
  real<lower=0> sigma_sigma;
  real<lower=0> corr_eta;
}
parameters {
  real a;
  real school_sd_soft;
  real sds_soft;
  real<lower=0> sigma;
  cholesky_factor_corr[K_corr] corr_cholesky;
}
transformed parameters {
  real school_sd = softened(school_sd_soft, school_sd_pilot_size);
  real sds = softened(sds_soft, sds_pilot_size);
}
model {
  // a ~ Normal(0, 1)
  target += normal_lpdf(a | 0, a_sigma);
  // school_sd ~ HalfNormal(1)
  target += normal_lpdf(school_sd | 0, school_sd_sigma) + log2();
  target += log_slope_softened(school_sd_soft, school_sd_pilot_size);
  // sds ~ HalfNormal(1)
  target += normal_lpdf(sds | 0, sds_sigma) + log2();
  target += log_slope_softened(sds_soft, sds_pilot_size);
  // sigma ~ HalfNormal(1)
  target += normal_lpdf(sigma | 0, sigma_sigma) + log2();
  // corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(corr_cholesky | corr_eta);
  // y ~ Normal(B[0] + B[1] * data("x"), sigma), observed
  // with B ~ MultiNormal([S, 0], [sds, 1], corr), over room integrated out
  // with S ~ Normal(a, school_sd), over school integrated out
  // B and S come back by exact draws, given the draws here
  {
    vector[1] y_deviation = [a]' - y_at;
    target += normal_residuals(y_rows, y_squares + dot_self(y_root * y_deviation), sigma) + y_constant;
    matrix[B_distinct, y_products] B_information = y_information / square(sigma);
    matrix[B_score_rows, y_products + y_columns + 1] y_message = append_col(append_col(B_information[B_which], residual_scores(y_score, y_cross, y_deviation) / square(sigma)), rep_vector(0, B_score_rows));
    target += density_so_far(swept(y_message, diag_pre_multiply([sds, 1]', corr_cholesky), y_columns, B_times));
    matrix[y_columns * B_distinct, swept_width(y_columns - K_B)] B_share = swept(unit_scores(B_information, y_columns), diag_pre_multiply([sds, 1]', corr_cholesky), y_columns, rep_vector(0, y_columns * B_distinct));
    target += density_of(swept(append_col(append_col(information_above(B_children, B_share, y_columns - K_B), messages_above(y_messages, B_share, y_columns - K_B, y_deviation) / square(sigma)), rep_vector(0, N_school)), [[school_sd]], y_columns - K_B, rep_vector(1, N_school)));
  }
}
generated quantities {
  matrix[K_corr, K_corr] corr = multiply_lower_tri_self_transpose(corr_cholesky);
}
