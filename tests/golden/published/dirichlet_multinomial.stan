// DirichletMultinomial
// counts ~ dirichlet_multinomial(n, p * c)
// each count is beta-binomial among the trees that are not of a species before
data {
  int<lower=0> N;  // rows
  int<lower=0> K_p;  // components of p
  array[N] int<lower=0> pine;  // observed
  array[N] int<lower=0> oak;  // observed
  array[N] int<lower=0> ash;  // observed
  vector[N] trees;  // 'trees' of each row
  vector[N] not_pine;  // 'not_pine' of each row
  vector[N] not_oak;  // 'not_oak' of each row
  array[N] int<lower=0> trees_2;  // 'trees' of each row
  array[N] int<lower=0> not_pine_2;  // 'not_pine' of each row
  array[N] int<lower=0> not_oak_2;  // 'not_oak' of each row
  // numbers in the declarations
  real<lower=0> p_alpha;
  real c_mu;
  real<lower=0> c_sigma;
}
transformed data {
  vector[N] n = trees;  // n = data("trees")
  vector[N] rest = not_pine;  // rest = data("not_pine")
  vector[N] last = not_oak;  // last = data("not_oak")
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
  // pine ~ BetaBinomial(n, p[0] * c, (1 - p[0]) * c), observed
  target += beta_binomial_lpmf(pine | trees_2, p[1] * c, (1 - p[1]) * c);
  // oak ~ BetaBinomial(rest, p[1] * c, (p[2] + p[3]) * c), observed
  target += beta_binomial_lpmf(oak | not_pine_2, p[2] * c, (p[3] + p[4]) * c);
  // ash ~ BetaBinomial(last, p[2] * c, p[3] * c), observed
  target += beta_binomial_lpmf(ash | not_oak_2, p[3] * c, p[4] * c);
}
