// Roads
// One level reached through two columns, also by an expression and by a component.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_team;  // units of team
  int<lower=0> K_k;  // components of k
  array[N] int<lower=1, upper=N_team> home;  // the home of each row
  array[N] int<lower=1, upper=N_team> away;  // the away of each row
  vector[N] y;  // observed
  // numbers in the declarations
  real<lower=0> strength_sigma_sigma;
  real<lower=0> skill_sigma;
}
parameters {
  real<lower=0> strength_sigma;
  vector[N_team] strength_raw;
  matrix[N_team, K_k] skill;
}
transformed parameters {
  vector[N_team] strength = strength_sigma * strength_raw;
  vector[N_team] noise = exp(strength / 4.0);  // noise = exp(strength / 4)
}
model {
  // strength_sigma ~ HalfNormal()
  target += normal_lpdf(strength_sigma | 0, strength_sigma_sigma) + log2();
  // strength ~ Normal(0, strength_sigma), over team
  target += std_normal_lpdf(strength_raw);
  // skill ~ Normal(0, 1), over team, k
  for (k in 1:K_k) {
    target += normal_lpdf(skill[, k] | 0, skill_sigma);
  }
  vector[N] edge = skill[home, 1] - skill[away, 2];  // edge = skill[home]['attack'] - skill[away]['defence']
  // y ~ Normal(strength[home] - strength[away] + edge, noise[home]), observed
  target += normal_lpdf(y | strength[home] - strength[away] + edge, noise[home]);
}
