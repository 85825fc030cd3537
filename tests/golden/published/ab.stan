// Ab
// y ~ 0 + (1 | group) + hc, binomial
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
  int<lower=0> N_group;  // units of group
  array[N] int<lower=1, upper=N_group> group;  // the group of each row
  array[N] int<lower=0, upper=1> y;  // observed
  vector[N] hc;  // 'hc' of each row
  real<lower=0> G_sigma_pilot_size;  // about how large G_sigma is
  vector<lower=0, upper=1>[N_group] G_pilot_weight;  // how far each group is centred
  real<lower=0> G_pilot_scale;  // about how large the scale of G is
  // numbers in the declarations
  real b_mu;
  real<lower=0> b_sigma;
  real<lower=0> G_sigma_sigma;
}
parameters {
  real<multiplier=b_sigma> b;
  real G_sigma_soft;
  vector<multiplier=G_pilot_scale>[N_group] G_between;
}
transformed parameters {
  real G_sigma = softened(G_sigma_soft, G_sigma_pilot_size);
  vector[N_group] G = exp((1 - G_pilot_weight) * log(G_sigma / G_pilot_scale)) .* G_between;
}
model {
  // b ~ Normal()
  target += normal_lpdf(b | b_mu, b_sigma);
  // G_sigma ~ HalfNormal()
  target += normal_lpdf(G_sigma | 0, G_sigma_sigma) + log2();
  target += log_slope_softened(G_sigma_soft, G_sigma_pilot_size);
  // G ~ Normal(0, G_sigma), over group
  target += normal_lpdf(G_between | 0, G_pilot_scale * exp(G_pilot_weight * log(G_sigma / G_pilot_scale)));
  // y ~ Bernoulli(logit=G + b * data("hc")), observed
  target += bernoulli_logit_lpmf(y | G[group] + b * hc);
}
