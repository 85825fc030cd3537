// BradleyTerry
// logit Pr(won) = ability[first] - ability[second]
data {
  int<lower=0> N;  // rows
  int<lower=0> N_player;  // units of player
  array[N] int<lower=1, upper=N_player> first;  // the first of each row
  array[N] int<lower=1, upper=N_player> second;  // the second of each row
  array[N] int<lower=0, upper=1> won;  // observed
  vector<lower=0, upper=1>[N_player] ability_pilot_weight;  // how far each player is centred
  real<lower=0> ability_pilot_scale;  // about how large the scale of ability is
  // numbers in the declarations
  real<lower=0> ability_sigma_sigma;
}
parameters {
  real<lower=0> ability_sigma;
  vector<multiplier=ability_pilot_scale>[N_player] ability_between;
}
transformed parameters {
  vector[N_player] ability = exp((1 - ability_pilot_weight) * log(ability_sigma / ability_pilot_scale)) .* ability_between;
}
model {
  // ability_sigma ~ HalfNormal()
  target += normal_lpdf(ability_sigma | 0, ability_sigma_sigma) + log2();
  // ability ~ Normal(0, ability_sigma), over player
  target += normal_lpdf(ability_between | 0, ability_pilot_scale * exp(ability_pilot_weight * log(ability_sigma / ability_pilot_scale)));
  // won ~ Bernoulli(logit=ability[first] - ability[second]), observed
  target += bernoulli_logit_lpmf(won | ability[first] - ability[second]);
}
