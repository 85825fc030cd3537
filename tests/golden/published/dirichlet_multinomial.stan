// DirichletMultinomial
// counts ~ dirichlet_multinomial(n, p * c)
functions {
  // Counts of categories, with probabilities that are Dirichlet.
  real dirichlet_counts_lpmf(array[] int y, vector alpha) {
    int K = size(y);
    vector[K] counts = to_vector(y);
    vector[K] alphas = alpha;
    return lgamma(sum(counts) + 1) - sum(lgamma(counts + 1)) + lgamma(sum(alphas))
           - lgamma(sum(alphas) + sum(counts)) + sum(lgamma(alphas + counts) - lgamma(alphas));
  }

}
data {
  int<lower=0> N;  // rows
  int<lower=0> K_p;  // components of p
  int<lower=0> K_counts;  // components of counts
  array[N, K_counts] int<lower=0> counts;  // observed as 'pine', 'oak', 'ash', 'elm'
  array[N] int<lower=0> trees;  // 'trees' of each row
  // numbers in the declarations
  real<lower=0> p_alpha;
  real c_mu;
  real<lower=0> c_sigma;
}
parameters {
  simplex[K_p] p;
  real<lower=0> c;
}
model {
  // p ~ Dirichlet(1)
  target += dirichlet_lpdf(p | rep_vector(p_alpha, K_p));
  // c ~ LogNormal(1, 1)
  target += lognormal_lpdf(c | c_mu, c_sigma);
  // counts ~ DirichletMultinomial(data("trees"), p * c), observed as pine, oak, ash, elm
  for (n in 1:N) {
    target += dirichlet_counts_lpmf(counts[n] | p * c);
  }
}
