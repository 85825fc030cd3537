// Romcom
// Ratings of romcoms around each friend's interest in them.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_friend;  // units of friend
  array[N] int<lower=1, upper=N_friend> friend_;  // the friend of each row
  vector[N] rating;  // observed
  // numbers in the declarations
  real overall_mu;
  real<lower=0> overall_sigma;
  real<lower=0> spread_sigma;
  real<lower=0> noise_sigma;
}
parameters {
  real overall;
  real<lower=0> spread;
  vector[N_friend] interest;
  vector<lower=0>[N_friend] noise;
}
model {
  // overall ~ Normal(5, 5)
  target += normal_lpdf(overall | overall_mu, overall_sigma);
  // spread ~ HalfNormal(3)
  target += normal_lpdf(spread | 0, spread_sigma) + log2();
  // interest ~ Normal(overall, spread), over friend
  target += normal_lpdf(interest | overall, spread);
  // noise ~ HalfNormal(3), over friend
  target += normal_lpdf(noise | 0, noise_sigma) + num_elements(noise) * log2();
  // rating ~ Normal(interest, noise), observed
  target += normal_lpdf(rating | interest[friend_], noise[friend_]);
}
