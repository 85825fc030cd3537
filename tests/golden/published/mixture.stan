// Mixed
// x ~ NormalMixture(w, mu, sigma), w ~ Dirichlet(1), mu in increasing order
functions {
  // An outcome from one of several distributions, each as often as its weight says.
  real mixed_normal_or_normal_or_normal_lpdf(real y, real mu_1, real sigma_1, real mu_2, real sigma_2, real mu_3, real sigma_3, vector weights) {
    return log_sum_exp(log(weights)
                       + [normal_lpdf(y | mu_1, sigma_1),
                               normal_lpdf(y | mu_2, sigma_2),
                               normal_lpdf(y | mu_3, sigma_3)]');
  }

}
data {
  int<lower=0> N;  // rows
  int<lower=0> K_kind;  // components of kind
  vector[N] x;  // observed
  // numbers in the declarations
  vector[K_kind] mu_mu;
  vector<lower=0>[K_kind] mu_sigma;
  vector<lower=0>[K_kind] sigma_sigma;
  real<lower=0> x_shares_alpha;
}
parameters {
  ordered[K_kind] mu;
  vector<lower=0>[K_kind] sigma;
  simplex[K_kind] x_shares;
}
model {
  // mu ~ Normal(), over kind, ordered
  target += normal_lpdf(mu | mu_mu, mu_sigma);
  // sigma ~ HalfNormal(), over kind
  target += normal_lpdf(sigma | 0, sigma_sigma) + num_elements(sigma) * log2();
  // x_shares ~ Dirichlet(1), over kind
  target += dirichlet_lpdf(x_shares | rep_vector(x_shares_alpha, K_kind));
  // x ~ Mixture([Normal(mu[0], sigma[0]), Normal(mu[1], sigma[1]), Normal(mu[2], sigma[2])], x_shares), observed
  for (n in 1:N) {
    target += mixed_normal_or_normal_or_normal_lpdf(x[n] | mu[1], sigma[1], mu[2], sigma[2], mu[3], sigma[3], x_shares);
  }
}
