// Vectors
// Outcomes with several columns.
data {
  int<lower=0> N;  // rows
  int<lower=0> K_corr;  // components of corr
  int<lower=0> K_both;  // components of both
  int<lower=0> K_shares;  // components of shares
  array[N] vector[K_both] both;  // observed as 'y', 'y2'
  array[N] simplex[K_shares] shares;  // observed as 's1', 's2', 's3'
  vector[N] x;  // 'x' of each row
  // numbers in the declarations
  real<lower=0> b_sigma;
  real<lower=0> corr_eta;
  vector<lower=0>[K_both] both_sigma;
  vector<lower=0>[K_shares] shares_alpha;
}
parameters {
  real b;
  cholesky_factor_corr[K_corr] corr_cholesky;
}
model {
  // b ~ Normal(0, 1)
  target += normal_lpdf(b | 0, b_sigma);
  // corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(corr_cholesky | corr_eta);
  // both ~ MultiNormal([b * data("x"), 0], [1, 2], corr), observed as y, y2
  {
    matrix[N, 2] both_mu;
    both_mu[, 1] = b * x;
    both_mu[, 2] = rep_vector(0, N);
    array[N] vector[2] both_mu_vectors;
    for (n in 1:N) {
      both_mu_vectors[n] = both_mu[n]';
    }
    target += multi_normal_cholesky_lpdf(both | both_mu_vectors, diag_pre_multiply(both_sigma, corr_cholesky));
  }
  // shares ~ Dirichlet([1, 2, 3]), observed as s1, s2, s3
  target += dirichlet_lpdf(shares | shares_alpha);
}
generated quantities {
  matrix[K_corr, K_corr] corr = multiply_lower_tri_self_transpose(corr_cholesky);
}
