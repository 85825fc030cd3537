// Football
// Goals by the attack of one side, the defence of the other, and playing at home.
functions {
  // A positive number from z: `typical` times exp(z / 2) Phi(z). Above the typical size its logarithm grows
  // with z; towards 0 it falls as the square of z, so that a density which does not vanish at 0 has no long tail.
  real softened(real z, real typical) {
    return typical * exp(0.5 * z) * (0.5 * erfc(-sqrt(0.5) * z));
  }
  vector softened(vector z, vector typical) {
    return typical .* exp(0.5 * z) .* (0.5 * erfc(-sqrt(0.5) * z));
  }
  // The log of the derivative of `softened` by z, summed: what a density of positive numbers is multiplied by.
  real log_slope_softened(real z, real typical) {
    real density = exp(-0.5 * square(z)) / sqrt(2 * pi());
    return log(typical) + 0.5 * z + log(0.25 * erfc(-sqrt(0.5) * z) + density);
  }
  real log_slope_softened(vector z, vector typical) {
    vector[num_elements(z)] density = exp(-0.5 * square(z)) / sqrt(2 * pi());
    return sum(log(typical) + 0.5 * z + log(0.25 * erfc(-sqrt(0.5) * z) + density));
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_team;  // units of team
  array[N] int<lower=1, upper=N_team> home;  // the home of each row
  array[N] int<lower=1, upper=N_team> away;  // the away of each row
  array[N] int<lower=0> home_goals;  // observed
  array[N] int<lower=0> away_goals;  // observed
  real<lower=0> attack_sd_pilot_size;  // about how large attack_sd is
  vector<lower=0, upper=1>[N_team] attack_pilot_weight;  // how far each team is centred
  real<lower=0> attack_pilot_scale;  // about how large the scale of attack is
  vector<lower=0, upper=1>[N_team] defence_pilot_weight;  // how far each team is centred
  real<lower=0> defence_pilot_scale;  // about how large the scale of defence is
  // numbers in the declarations
  real<lower=0> typical_sigma;
  real<lower=0> advantage_sigma;
  real<lower=0> attack_sd_sigma;
  real<lower=0> defence_sd_sigma;
}
parameters {
  real typical;
  real advantage;
  real attack_sd_soft;
  real<lower=0> defence_sd;
  vector<multiplier=attack_pilot_scale>[N_team] attack_between;
  vector<multiplier=defence_pilot_scale>[N_team] defence_between;
}
transformed parameters {
  real attack_sd = softened(attack_sd_soft, attack_sd_pilot_size);
  vector[N_team] attack = exp((1 - attack_pilot_weight) * log(attack_sd / attack_pilot_scale)) .* attack_between;
  vector[N_team] defence = exp((1 - defence_pilot_weight) * log(defence_sd / defence_pilot_scale)) .* defence_between;
}
model {
  // typical ~ Normal(0, 1)
  target += normal_lpdf(typical | 0, typical_sigma);
  // advantage ~ Normal(0, 0.5)
  target += normal_lpdf(advantage | 0, advantage_sigma);
  // attack_sd ~ HalfNormal(0.5)
  target += normal_lpdf(attack_sd | 0, attack_sd_sigma) + log2();
  target += log_slope_softened(attack_sd_soft, attack_sd_pilot_size);
  // defence_sd ~ HalfNormal(0.5)
  target += normal_lpdf(defence_sd | 0, defence_sd_sigma) + log2();
  // attack ~ Normal(0, attack_sd), over team
  target += normal_lpdf(attack_between | 0, attack_pilot_scale * exp(attack_pilot_weight * log(attack_sd / attack_pilot_scale)));
  // defence ~ Normal(0, defence_sd), over team
  target += normal_lpdf(defence_between | 0, defence_pilot_scale * exp(defence_pilot_weight * log(defence_sd / defence_pilot_scale)));
  // home_goals ~ Poisson(log=typical + advantage + attack[home] - defence[away]), observed
  target += poisson_log_lpmf(home_goals | typical + advantage + attack[home] - defence[away]);
  // away_goals ~ Poisson(log=typical + attack[away] - defence[home]), observed
  target += poisson_log_lpmf(away_goals | typical + attack[away] - defence[home]);
}
