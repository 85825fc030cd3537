// Rugby
// home_score ~ poisson(exp(a + home + att[home] + def[away]))
// away_score ~ poisson(exp(a + att[away] + def[home]))
functions {
  // Numbers that sum to zero in each group: independent ones less the mean of their group.
  vector summing_to_zero(vector z, array[] int run) {
    int n = num_elements(z);
    int groups = n > 0 ? max(run) : 0;
    vector[groups] total = rep_vector(0, groups);
    vector[groups] size = rep_vector(0, groups);
    for (i in 1:n) {
      total[run[i]] += z[i];
      size[run[i]] += 1;
    }
    return n > 0 ? z - (total ./ size)[run] : z;
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_team;  // units of team
  array[N] int<lower=1, upper=N_team> home;  // the home of each row
  array[N] int<lower=1, upper=N_team> away;  // the away of each row
  array[N] int<lower=0> home_score;  // observed
  array[N] int<lower=0> away_score;  // observed
  array[N_team] int<lower=0, upper=N_team> team_run;  // the group that each sums to zero in, of team
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
  vector[N_team] attack_raw;
  real<lower=0> defence_sigma;
  vector[N_team] defence_raw;
}
transformed parameters {
  vector[N_team] attack = attack_sigma * summing_to_zero(attack_raw, team_run);
  vector[N_team] defence = defence_sigma * summing_to_zero(defence_raw, team_run);
}
model {
  // a ~ Normal()
  target += normal_lpdf(a | a_mu, a_sigma);
  // edge ~ Normal()
  target += normal_lpdf(edge | edge_mu, edge_sigma);
  // attack_sigma ~ HalfNormal()
  target += normal_lpdf(attack_sigma | 0, attack_sigma_sigma) + log2();
  // attack ~ Normal(0, attack_sigma), over team, summing to zero
  target += std_normal_lpdf(attack_raw);
  // defence_sigma ~ HalfNormal()
  target += normal_lpdf(defence_sigma | 0, defence_sigma_sigma) + log2();
  // defence ~ Normal(0, defence_sigma), over team, summing to zero
  target += std_normal_lpdf(defence_raw);
  // home_score ~ Poisson(log=a + edge + attack[home] + defence[away]), observed
  target += poisson_log_lpmf(home_score | a + edge + attack[home] + defence[away]);
  // away_score ~ Poisson(log=a + attack[away] + defence[home]), observed
  target += poisson_log_lpmf(away_score | a + attack[away] + defence[home]);
}
