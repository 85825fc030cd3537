// Football
// Goals by the attack of one side, the defence of the other, and playing at home.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_team;  // units of team
  array[N] int<lower=1, upper=N_team> home;  // the home of each row
  array[N] int<lower=1, upper=N_team> away;  // the away of each row
  array[N] int<lower=0> home_goals;  // observed
  array[N] int<lower=0> away_goals;  // observed
  // numbers in the declarations
  real<lower=0> typical_sigma;
  real<lower=0> advantage_sigma;
  real<lower=0> attack_sd_sigma;
  real<lower=0> defence_sd_sigma;
}
parameters {
  real typical;
  real advantage;
  real<lower=0> attack_sd;
  real<lower=0> defence_sd;
  vector[N_team] attack_raw;
  vector[N_team] defence;
}
transformed parameters {
  vector[N_team] attack = attack_sd * attack_raw;
}
model {
  // typical ~ Normal(0, 1)
  target += normal_lpdf(typical | 0, typical_sigma);
  // advantage ~ Normal(0, 0.5)
  target += normal_lpdf(advantage | 0, advantage_sigma);
  // attack_sd ~ HalfNormal(0.5)
  target += normal_lpdf(attack_sd | 0, attack_sd_sigma) + log2();
  // defence_sd ~ HalfNormal(0.5)
  target += normal_lpdf(defence_sd | 0, defence_sd_sigma) + log2();
  // attack ~ Normal(0, attack_sd), over team
  target += std_normal_lpdf(attack_raw);
  // defence ~ Normal(0, defence_sd), over team
  target += normal_lpdf(defence | 0, defence_sd);
  // home_goals ~ Poisson(log=typical + advantage + attack[home] - defence[away]), observed
  target += poisson_log_lpmf(home_goals | typical + advantage + attack[home] - defence[away]);
  // away_goals ~ Poisson(log=typical + attack[away] - defence[home]), observed
  target += poisson_log_lpmf(away_goals | typical + attack[away] - defence[home]);
}
