// Cats
// notes ~ poisson(exp(a + b * cat)), cat ~ bernoulli(k), some cats unseen
functions {
  // An outcome from one of several distributions, each as often as its weight says.
  real mixed_poisson_log_or_poisson_log_lpmf(int y, real mu_1, real mu_2, vector weights) {
    return log_sum_exp(log(weights)
                       + [poisson_log_lpmf(y | mu_1),
                               poisson_log_lpmf(y | mu_2)]');
  }

}
data {
  int<lower=0> N;  // rows
  array[N] int<lower=0, upper=1> cat;  // observed
  array[N] int<lower=0> notes;  // observed
  vector<lower=0>[N] cat_weights;  // frequency weights of cat
  vector[N] known_cat;  // '<known cat>' of each row
  vector[N] missing_cat;  // '<missing cat>' of each row
  // numbers in the declarations
  real<lower=0> a_sigma;
  real<lower=0> b_sigma;
  real<lower=0> k_alpha;
  real<lower=0> k_beta;
}
parameters {
  real a;
  real b;
  real<lower=0, upper=1> k;
}
model {
  // a ~ Normal(0, 1)
  target += normal_lpdf(a | 0, a_sigma);
  // b ~ Normal(0, 0.5)
  target += normal_lpdf(b | 0, b_sigma);
  // k ~ Beta(2, 2)
  target += beta_lpdf(k | k_alpha, k_beta);
  // cat ~ Bernoulli(k), observed, missing values unknown
  for (n in 1:N) {
    target += cat_weights[n] * bernoulli_lpmf(cat[n] | k);
  }
  // notes ~ Mixture([Poisson(log=a + b * data("<known cat>")), Poisson(log=a + b * (data("<known cat>") + data("<missing cat>")))], [1 - k, k]), observed
  {
    vector[N] notes_log_1 = a + b * known_cat;
    vector[N] notes_log_2 = a + b * (known_cat + missing_cat);
    for (n in 1:N) {
      target += mixed_poisson_log_or_poisson_log_lpmf(notes[n] | notes_log_1[n], notes_log_2[n], [1 - k, k]');
    }
  }
}
