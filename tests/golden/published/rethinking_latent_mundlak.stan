// LatentMundlak
// y ~ bernoulli(a + bx * x + bz * z + u[g]), x ~ normal(aX + bux * u[g], s)
functions {
  // Rows in cells of n rows with a mean; `squares` are those of the rows about the means of their cells.
  real normal_cells_lpdf(vector mean, vector n, real squares, vector mu, real sigma) {
    return -(squares + dot_product(n, square(mean - mu))) / (2 * square(sigma))
           - sum(n) * (log(sigma) + 0.5 * log(2 * pi()));
  }
  real normal_cells_lpdf(vector mean, vector n, vector squares, vector mu, vector sigma) {
    return -0.5 * sum((squares + n .* square(mean - mu)) ./ square(sigma)) - dot_product(n, log(sigma))
           - 0.5 * sum(n) * log(2 * pi());
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_g;  // units of g
  int<lower=0> N_x_cells;  // cells of x
  int<lower=0> K_b_covariates;  // components of b_covariates
  array[N_x_cells] int<lower=1, upper=N_g> x_cells_g;  // the g of each cell of x
  array[N] int<lower=1, upper=N_g> g;  // the g of each row
  array[N] int<lower=0, upper=1> y;  // observed
  vector[N_x_cells] x_mean;  // mean of each cell of x
  vector[N_x_cells] x_n;  // rows of each cell of x
  real x_squares;  // sum of squares about the mean, of all cells of x
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  // numbers in the declarations
  real<lower=0> u_sigma;
  real aX_mu;
  real<lower=0> aX_sigma;
  real<lower=0> bux_beta;
  real<lower=0> tau_beta;
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> x_sigma_sigma;
}
parameters {
  vector[N_g] u_raw;
  real<multiplier=aX_sigma> aX;
  real<lower=0> bux;
  real<lower=0> tau;
  vector[K_b_covariates] b_raw;
  real<lower=0> x_sigma;
}
transformed parameters {
  vector[N_g] u = u_sigma * u_raw;
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
}
model {
  // u ~ Normal(0, 1), over g
  target += std_normal_lpdf(u_raw);
  // aX ~ Normal()
  target += normal_lpdf(aX | aX_mu, aX_sigma);
  // bux ~ Exponential(1)
  target += exponential_lpdf(bux | bux_beta);
  // tau ~ Exponential(1)
  target += exponential_lpdf(tau | tau_beta);
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // x_sigma ~ HalfNormal()
  target += normal_lpdf(x_sigma | 0, x_sigma_sigma) + log2();
  // x ~ Normal(aX + bux * u, x_sigma), observed  (rows in cells)
  target += normal_cells_lpdf(x_mean | x_n, x_squares, aX + bux * u[x_cells_g], x_sigma);
  // y ~ Bernoulli(logit=b @ b_covariates + tau * u), observed
  target += bernoulli_logit_glm_lpmf(y | b_covariates, tau * u[g], b);
}
