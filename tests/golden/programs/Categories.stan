// Categories
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  int<lower=0> K_k;  // components of k
  int<lower=0> K_free;  // components of free
  int<lower=0> K_five_theta;  // components of <five theta>
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  array[N] int<lower=1> one;  // observed as 'choice'
  array[N] int<lower=1> two;  // observed as 'choice'
  array[N] int<lower=1> three;  // observed as 'choice'
  array[N] int<lower=1> four;  // observed as 'choice'
  array[N] int<lower=1> five;  // observed as 'choice'
  array[N] int<lower=1> six;  // observed as 'choice'
  array[N] int<lower=1> seven;  // observed as 'choice'
  vector<lower=0>[N] four_weights;  // frequency weights of four
  vector[N] x;  // 'x' of each row
  // numbers in the declarations
  real<lower=0> theta_alpha;
  vector<lower=0>[K_k] of_school_alpha;
  real<lower=0> log_odds_sigma;
  real<lower=0> b_sigma;
  vector<lower=0>[K_free] free_alpha;
  vector<lower=0, upper=1>[K_five_theta] five_theta;
}
parameters {
  simplex[K_k] theta;
  array[N_school] simplex[K_k] of_school;
  matrix[N_school, K_k] log_odds_raw;
  real b;
  simplex[K_free] free;
}
transformed parameters {
  matrix[N_school, K_k] log_odds;
  for (k in 1:K_k) {
    log_odds[, k] = log_odds_sigma * log_odds_raw[, k];
  }
}
model {
  // theta ~ Dirichlet(2), over k
  target += dirichlet_lpdf(theta | rep_vector(theta_alpha, K_k));
  // of_school ~ Dirichlet([1, 2, 3]), over school, k
  target += dirichlet_lpdf(of_school | of_school_alpha);
  // log_odds ~ Normal(0, 1), over school, k
  target += std_normal_lpdf(to_vector(log_odds_raw));
  // b ~ Normal(0, 1)
  target += normal_lpdf(b | 0, b_sigma);
  // free ~ Dirichlet([1, 1, 1])
  target += dirichlet_lpdf(free | free_alpha);
  // one ~ Categorical(theta), observed as choice
  target += categorical_lpmf(one | theta);
  // two ~ Categorical(of_school), observed as choice
  for (n in 1:N) {
    target += categorical_lpmf(two[n] | of_school[school[n]]);
  }
  // three ~ Categorical(logit=log_odds), observed as choice
  for (n in 1:N) {
    target += categorical_logit_lpmf(three[n] | log_odds[school[n]]');
  }
  // four ~ Categorical(logit=[0, b * data("x"), 1]), observed as choice, weights times
  {
    matrix[N, 3] four_logit;
    four_logit[, 1] = rep_vector(0, N);
    four_logit[, 2] = b * x;
    four_logit[, 3] = rep_vector(1, N);
    for (n in 1:N) {
      target += four_weights[n] * categorical_logit_lpmf(four[n] | four_logit[n]');
    }
  }
  // five ~ Categorical([0.2, 0.3, 0.5]), observed as choice
  target += categorical_lpmf(five | five_theta);
  // six ~ Categorical(logit=[0, b, 1]), observed as choice
  target += categorical_logit_lpmf(six | [0, b, 1]');
  // seven ~ Categorical(free), observed as choice
  target += categorical_lpmf(seven | free);
}
