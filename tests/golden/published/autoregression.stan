// Autoregression
// y ~ normal(mu + rho * (y_lag - mu), s)
data {
  int<lower=0> N;  // rows
  vector[N] y;  // observed
  vector[N] y_lag;  // 'y_lag' of each row
  // numbers in the declarations
  real rho_alpha;
  real rho_beta;
  real mu_mu;
  real<lower=0> mu_sigma;
  real mu_at_rho;
  real<lower=0> y_sigma_sigma;
}
parameters {
  real mu_at_means;
  real<lower=rho_alpha, upper=rho_beta> rho;
  real<lower=0> y_sigma;
}
transformed parameters {
  real mu = mu_at_means - mu_at_rho * rho;
}
model {
  // mu ~ Normal(5, 5)
  target += normal_lpdf(mu | mu_mu, mu_sigma);
  // rho ~ Uniform(-1, 1)
  target += uniform_lpdf(rho | rho_alpha, rho_beta);
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(mu + rho * (data("y_lag") - mu), y_sigma), observed
  target += normal_lpdf(y | mu + rho * (y_lag - mu), y_sigma);
}
