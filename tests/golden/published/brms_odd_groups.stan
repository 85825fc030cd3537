// OddGroups
// y ~ x + (1 | gr(g, dist = "student"))
data {
  int<lower=0> N;  // rows
  int<lower=0> N_g;  // units of g
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N] int<lower=1, upper=N_g> g;  // the g of each row
  vector[N] y;  // observed
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> A_nu_alpha;
  real<lower=0> A_nu_beta;
  real<lower=0> A_sigma_sigma;
  real<lower=0> y_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  real<lower=0> A_nu;
  real<lower=0> A_sigma;
  vector<multiplier=A_sigma_sigma>[N_g] A;
  real<lower=0> y_sigma;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // A_nu ~ Gamma(2, 0.1)
  target += gamma_lpdf(A_nu | A_nu_alpha, A_nu_beta);
  // A_sigma ~ HalfNormal()
  target += normal_lpdf(A_sigma | 0, A_sigma_sigma) + log2();
  // A ~ StudentT(A_nu, 0, A_sigma), over g
  target += student_t_lpdf(A | A_nu, 0, A_sigma);
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(b @ b_covariates + A, y_sigma), observed
  target += normal_lpdf(y | b_covariates * b + A[g], y_sigma);
}
