// Guessing
// answer ~ guess + (1 - guess) * inv_logit(eta), eta ~ 1 + ability, guess ~ 1
data {
  int<lower=0> N;  // rows
  array[N] int<lower=0, upper=1> answer;  // observed
  vector[N] ability;  // 'ability' of each row
  // numbers in the declarations
  real<lower=0> guess_alpha;
  real<lower=0> guess_beta;
  real<lower=0> a_sigma;
  real<lower=0> b_sigma;
}
parameters {
  real<lower=0, upper=1> guess;
  real a;
  real b;
}
model {
  // guess ~ Beta(1, 1)
  target += beta_lpdf(guess | guess_alpha, guess_beta);
  // a ~ Normal(0, 5)
  target += normal_lpdf(a | 0, a_sigma);
  // b ~ Normal(0, 5)
  target += normal_lpdf(b | 0, b_sigma);
  vector[N] knows = inv_logit(a + b * ability);  // knows = inv_logit(a + b * data("ability"))
  // answer ~ Bernoulli(guess + (1 - guess) * knows), observed
  target += bernoulli_lpmf(answer | guess + (1 - guess) * knows);
}
