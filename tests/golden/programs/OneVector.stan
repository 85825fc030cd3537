// OneVector
// Correlated quantities without units, in both forms, with lists that are left open.
data {
  int<lower=0> N;  // rows
  int<lower=0> K_corr;  // components of corr
  int<lower=0> K_v;  // components of v
  int<lower=0> K_w;  // components of w
  int<lower=0> K_k;  // components of k
  vector[N] y;  // observed
  // numbers in the declarations
  real<lower=0> corr_eta;
  vector[K_v] v_mu;
  vector<lower=0>[K_v] v_sigma;
  vector<lower=0>[K_w] w_sigma;
  vector[K_k] open__mu;
  vector<lower=0>[K_k] open__sigma;
  real<lower=0> y_sigma;
}
parameters {
  cholesky_factor_corr[K_corr] corr_cholesky;
  vector[K_v] v;
  vector[K_w] w_raw;
  vector<multiplier=open__sigma>[K_k] open_;
}
transformed parameters {
  vector[K_w] w = v + diag_pre_multiply(w_sigma, corr_cholesky) * w_raw;
}
model {
  // corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(corr_cholesky | corr_eta);
  // v ~ MultiNormal([1, 2], [1, 0.5], corr)
  target += multi_normal_cholesky_lpdf(v | v_mu, diag_pre_multiply(v_sigma, corr_cholesky));
  // w ~ MultiNormal(v, [1, 0.5], corr)
  target += std_normal_lpdf(w_raw);
  // open_ ~ MultiNormal(corr=corr), over k
  target += multi_normal_cholesky_lpdf(open_ | open__mu, diag_pre_multiply(open__sigma, corr_cholesky));
  // y ~ Normal(v[0] + w[1] + open_[0], 1), observed
  target += normal_lpdf(y | v[1] + w[2] + open_[1], y_sigma);
}
generated quantities {
  matrix[K_corr, K_corr] corr = multiply_lower_tri_self_transpose(corr_cholesky);
}
