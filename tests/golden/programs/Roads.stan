// Roads
// One level reached through two columns, also by an expression and by a component.
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
  int<lower=0> K_k;  // components of k
  array[N] int<lower=1, upper=N_team> home;  // the home of each row
  array[N] int<lower=1, upper=N_team> away;  // the away of each row
  vector[N] y;  // observed
  real<lower=0> strength_sigma_pilot_size;  // about how large strength_sigma is
  vector<lower=0, upper=1>[N_team] strength_pilot_weight;  // how far each team is centred
  real<lower=0> strength_pilot_scale;  // about how large the scale of strength is
  // numbers in the declarations
  real<lower=0> strength_sigma_sigma;
  real<lower=0> skill_sigma;
}
parameters {
  real strength_sigma_soft;
  vector<multiplier=strength_pilot_scale>[N_team] strength_between;
  matrix[N_team, K_k] skill;
}
transformed parameters {
  real strength_sigma = softened(strength_sigma_soft, strength_sigma_pilot_size);
  vector[N_team] strength = exp((1 - strength_pilot_weight) * log(strength_sigma / strength_pilot_scale)) .* strength_between;
  vector[N_team] noise = exp(strength / 4.0);  // noise = exp(strength / 4)
}
model {
  // strength_sigma ~ HalfNormal()
  target += normal_lpdf(strength_sigma | 0, strength_sigma_sigma) + log2();
  target += log_slope_softened(strength_sigma_soft, strength_sigma_pilot_size);
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
