// Dyads
// log E(giftsAB) = a + gr[A, 1] + gr[B, 2] + d[dyad, 1]
// log E(giftsBA) = a + gr[B, 1] + gr[A, 2] + d[dyad, 2]
data {
  int<lower=0> N;  // rows
  int<lower=0> N_household;  // units of household
  int<lower=0> K_gr;  // components of gr
  int<lower=0> K_gr_corr;  // components of gr_corr
  int<lower=0> K_d_corr;  // components of d_corr
  int<lower=0> K_d;  // components of d
  array[N] int<lower=1, upper=N_household> A;  // the A of each row
  array[N] int<lower=1, upper=N_household> B;  // the B of each row
  array[N] int<lower=0> giftsAB;  // observed
  array[N] int<lower=0> giftsBA;  // observed
  // numbers in the declarations
  real a_mu;
  real<lower=0> a_sigma;
  real<lower=0> d_sd_sigma;
  vector<lower=0>[K_gr] gr_sigma_sigma;
  real<lower=0> gr_corr_eta;
  real<lower=0> d_corr_eta;
}
parameters {
  real<multiplier=a_sigma> a;
  real<lower=0> d_sd;
  vector<lower=0>[K_gr] gr_sigma;
  cholesky_factor_corr[K_gr_corr] gr_corr_cholesky;
  matrix<multiplier=rep_vector(1, N_household) * gr_sigma_sigma'>[N_household, K_gr] gr;
  cholesky_factor_corr[K_d_corr] d_corr_cholesky;
  matrix<multiplier=rep_vector(1, N) * [d_sd_sigma, d_sd_sigma]>[N, K_d] d;
}
model {
  // a ~ Normal()
  target += normal_lpdf(a | a_mu, a_sigma);
  // d_sd ~ HalfNormal()
  target += normal_lpdf(d_sd | 0, d_sd_sigma) + log2();
  // gr_sigma ~ HalfNormal(), over gr
  target += normal_lpdf(gr_sigma | 0, gr_sigma_sigma) + num_elements(gr_sigma) * log2();
  // gr_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(gr_corr_cholesky | gr_corr_eta);
  // gr ~ MultiNormal([0, 0], gr_sigma, gr_corr), over household
  {
    array[N_household] vector[K_gr] gr_vectors;
    for (n in 1:N_household) {
      gr_vectors[n] = gr[n]';
    }
    target += multi_normal_cholesky_lpdf(gr_vectors | [0, 0]', diag_pre_multiply(gr_sigma, gr_corr_cholesky));
  }
  // d_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(d_corr_cholesky | d_corr_eta);
  // d ~ MultiNormal([0, 0], [d_sd, d_sd], d_corr), over rows
  {
    array[N] vector[K_d] d_vectors;
    for (n in 1:N) {
      d_vectors[n] = d[n]';
    }
    target += multi_normal_cholesky_lpdf(d_vectors | [0, 0]', diag_pre_multiply([d_sd, d_sd]', d_corr_cholesky));
  }
  // giftsAB ~ Poisson(log=a + gr[A][0] + gr[B][1] + d[0]), observed
  target += poisson_log_lpmf(giftsAB | a + gr[A, 1] + gr[B, 2] + d[, 1]);
  // giftsBA ~ Poisson(log=a + gr[B][0] + gr[A][1] + d[1]), observed
  target += poisson_log_lpmf(giftsBA | a + gr[B, 1] + gr[A, 2] + d[, 2]);
}
generated quantities {
  matrix[K_gr_corr, K_gr_corr] gr_corr = multiply_lower_tri_self_transpose(gr_corr_cholesky);
  matrix[K_d_corr, K_d_corr] d_corr = multiply_lower_tri_self_transpose(d_corr_cholesky);
}
