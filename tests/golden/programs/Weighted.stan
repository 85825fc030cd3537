// Weighted
// Frequency weights, of a half distribution and of a vector too.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  int<lower=0> K_corr;  // components of corr
  int<lower=0> K_both;  // components of both
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  vector[N] y;  // observed
  array[N] int<lower=0> count;  // observed
  vector<lower=0>[N] positive;  // observed
  array[N] vector[K_both] both;  // observed as 'y', 'y2'
  vector<lower=0>[N] y_weights;  // frequency weights of y
  vector<lower=0>[N] count_weights;  // frequency weights of count
  vector<lower=0>[N] positive_weights;  // frequency weights of positive
  vector<lower=0>[N] both_weights;  // frequency weights of both
  // numbers in the declarations
  real<lower=0> s_sigma;
  real<lower=0> a_sigma;
  real<lower=0> corr_eta;
  vector<lower=0>[K_both] both_sigma;
}
parameters {
  real<lower=0> s;
  vector[N_school] a;
  cholesky_factor_corr[K_corr] corr_cholesky;
}
model {
  // s ~ HalfNormal(1)
  target += normal_lpdf(s | 0, s_sigma) + log2();
  // a ~ Normal(0, 1), over school
  target += normal_lpdf(a | 0, a_sigma);
  // corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(corr_cholesky | corr_eta);
  // y ~ Normal(a, s), observed, weights times
  {
    vector[N] y_mu = a[school];
    for (n in 1:N) {
      target += y_weights[n] * normal_lpdf(y[n] | y_mu[n], s);
    }
  }
  // count ~ Poisson(log=a), observed, weights times
  {
    vector[N] count_log = a[school];
    for (n in 1:N) {
      target += count_weights[n] * poisson_log_lpmf(count[n] | count_log[n]);
    }
  }
  // positive ~ HalfNormal(s), observed, weights times
  for (n in 1:N) {
    target += positive_weights[n] * (normal_lpdf(positive[n] | 0, s) + log2());
  }
  // both ~ MultiNormal([0, a], [1, 2], corr), observed as y, y2, weights times
  {
    matrix[N, 2] both_mu;
    both_mu[, 1] = rep_vector(0, N);
    both_mu[, 2] = a[school];
    matrix[K_both, K_both] both_covariance_factor = diag_pre_multiply(both_sigma, corr_cholesky);
    for (n in 1:N) {
      target += both_weights[n] * multi_normal_cholesky_lpdf(both[n] | both_mu[n]', both_covariance_factor);
    }
  }
}
generated quantities {
  matrix[K_corr, K_corr] corr = multiply_lower_tri_self_transpose(corr_cholesky);
}
