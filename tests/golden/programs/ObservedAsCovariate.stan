// ObservedAsCovariate
// Lines with data that other lines use: also counts, and vectors.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  int<lower=0> K_corr;  // components of corr
  int<lower=0> K_choice_theta;  // components of <choice theta>
  int<lower=0> K_both;  // components of both
  int<lower=0> K_shares;  // components of shares
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  array[N] int<lower=0, upper=1> flag;  // observed
  vector[N_school] size;  // observed
  array[N] int<lower=1> choice;  // observed
  array[N] vector[K_both] both;  // observed as 'y', 'y2'
  array[N] simplex[K_shares] shares;  // observed as 's1', 's2', 's3'
  array[N] int<lower=0> count;  // observed
  vector[N] x;  // observed
  // numbers in the declarations
  real<lower=0> b_sigma;
  real<lower=0> corr_eta;
  real size_mu;
  real<lower=0> size_sigma;
  vector<lower=0, upper=1>[K_choice_theta] choice_theta;
  vector<lower=0>[K_both] both_sigma;
  vector<lower=0>[K_shares] shares_alpha;
  real<lower=0> x_sigma;
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
  // flag ~ Bernoulli(logit=b), observed
  target += bernoulli_logit_lpmf(flag | b);
  // size ~ Normal(10, 5), over school, observed
  target += normal_lpdf(size | size_mu, size_sigma);
  // choice ~ Categorical([0.2, 0.3, 0.5]), observed
  target += categorical_lpmf(choice | choice_theta);
  // both ~ MultiNormal([0, 0], [1, 1], corr), observed as y, y2
  target += multi_normal_cholesky_lpdf(both | [0, 0]', diag_pre_multiply(both_sigma, corr_cholesky));
  // shares ~ Dirichlet([1, 1, 1]), observed as s1, s2, s3
  target += dirichlet_lpdf(shares | shares_alpha);
  // count ~ Poisson(log=b * flag + 0.1 * size + 0.1 * choice), observed
  target += poisson_log_lpmf(count | b * to_vector(flag) + 0.1 * size[school] + 0.1 * to_vector(choice));
  // x ~ Normal(b * both[0] + shares[2] + count / 10, 1), observed
  target += normal_lpdf(x | b * to_vector(both[, 1]) + to_vector(shares[, 3]) + to_vector(count) / 10.0, x_sigma);
}
generated quantities {
  matrix[K_corr, K_corr] corr = multiply_lower_tri_self_transpose(corr_cholesky);
}
