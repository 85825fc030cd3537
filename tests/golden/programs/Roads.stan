// Roads
// One level reached through two columns, also by an expression and by a component.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_team;  // units of team
  int<lower=0> K_k;  // components of k
  array[N] int<lower=1, upper=N_team> home;  // the home of each row
  array[N] int<lower=1, upper=N_team> away;  // the away of each row
  vector[N] y;  // observed
  vector<lower=0, upper=1>[N_team] strength_pilot_weight;  // how far each team is centred
  real<lower=0> strength_pilot_scale;  // about how large the scale of strength is
  // numbers in the declarations
  real<lower=0> strength_sigma_sigma;
  real<lower=0> skill_sigma;
}
parameters {
  real<lower=0> strength_sigma;
  vector<multiplier=strength_pilot_scale>[N_team] strength_between;
  matrix[N_team, K_k] skill;
}
transformed parameters {
  vector[N_team] strength = exp((1 - strength_pilot_weight) * log(strength_sigma / strength_pilot_scale)) .* strength_between;
  vector[N_team] noise = exp(strength / 4.0);  // noise = exp(strength / 4)
}
model {
  // strength_sigma ~ HalfNormal()
  target += normal_lpdf(strength_sigma | 0, strength_sigma_sigma) + log2();
  // strength ~ Normal(0, strength_sigma), over team
  target += normal_lpdf(strength_between | 0, strength_pilot_scale * exp(strength_pilot_weight * log(strength_sigma / strength_pilot_scale)));
  // skill ~ Normal(0, 1), over team, k
  for (k in 1:K_k) {
    target += normal_lpdf(skill[, k] | 0, skill_sigma);
  }
  vector[N] edge = skill[home, 1] - skill[away, 2];  // edge = skill[home]['attack'] - skill[away]['defence']
  // y ~ Normal(strength[home] - strength[away] + edge, noise[home]), observed
  target += normal_lpdf(y | strength[home] - strength[away] + edge, noise[home]);
}
