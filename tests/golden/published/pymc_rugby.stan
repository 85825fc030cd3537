// Rugby
// home_score ~ poisson(exp(a + home + att[home] + def[away]))
// away_score ~ poisson(exp(a + att[away] + def[home]))
data {
  int<lower=0> N;  // rows
  int<lower=0> N_team;  // units of team
  array[N] int<lower=1, upper=N_team> home;  // the home of each row
  array[N] int<lower=1, upper=N_team> away;  // the away of each row
  array[N] int<lower=0> home_score;  // observed
  array[N] int<lower=0> away_score;  // observed
  vector<lower=0, upper=1>[N_team] attack_pilot_weight;  // how far each team is centred
  real<lower=0> attack_pilot_scale;  // about how large the scale of attack is
  vector<lower=0, upper=1>[N_team] defence_pilot_weight;  // how far each team is centred
  real<lower=0> defence_pilot_scale;  // about how large the scale of defence is
  // numbers in the declarations
  real a_mu;
  real<lower=0> a_sigma;
  real edge_mu;
  real<lower=0> edge_sigma;
  real<lower=0> attack_sigma_sigma;
  real<lower=0> defence_sigma_sigma;
}
parameters {
  real<multiplier=a_sigma> a;
  real<multiplier=edge_sigma> edge;
  real<lower=0> attack_sigma;
  vector<multiplier=attack_pilot_scale>[N_team] attack_between;
  real<lower=0> defence_sigma;
  vector<multiplier=defence_pilot_scale>[N_team] defence_between;
}
transformed parameters {
  vector[N_team] attack = exp((1 - attack_pilot_weight) * log(attack_sigma / attack_pilot_scale)) .* attack_between;
  vector[N_team] defence = exp((1 - defence_pilot_weight) * log(defence_sigma / defence_pilot_scale)) .* defence_between;
}
model {
  // a ~ Normal()
  target += normal_lpdf(a | a_mu, a_sigma);
  // edge ~ Normal()
  target += normal_lpdf(edge | edge_mu, edge_sigma);
  // attack_sigma ~ HalfNormal()
  target += normal_lpdf(attack_sigma | 0, attack_sigma_sigma) + log2();
  // attack ~ Normal(0, attack_sigma), over team
  target += normal_lpdf(attack_between | 0, attack_pilot_scale * exp(attack_pilot_weight * log(attack_sigma / attack_pilot_scale)));
  // defence_sigma ~ HalfNormal()
  target += normal_lpdf(defence_sigma | 0, defence_sigma_sigma) + log2();
  // defence ~ Normal(0, defence_sigma), over team
  target += normal_lpdf(defence_between | 0, defence_pilot_scale * exp(defence_pilot_weight * log(defence_sigma / defence_pilot_scale)));
  // home_score ~ Poisson(log=a + edge + attack[home] + defence[away]), observed
  target += poisson_log_lpmf(home_score | a + edge + attack[home] + defence[away]);
  // away_score ~ Poisson(log=a + attack[away] + defence[home]), observed
  target += poisson_log_lpmf(away_score | a + attack[away] + defence[home]);
}
