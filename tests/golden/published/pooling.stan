// Pooling
// cbind(Hits, AB - Hits) ~ (1 | Player), binomial
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
  int<lower=0> N_Player;  // units of Player
  array[N] int<lower=1, upper=N_Player> Player;  // the Player of each row
  array[N] int<lower=0> Hits;  // observed
  array[N] int<lower=0> AB;  // 'AB' of each row
  real<lower=0> P_sigma_pilot_size;  // about how large P_sigma is
  // numbers in the declarations
  real mean_mu;
  real<lower=0> mean_sigma;
  real<lower=0> P_sigma_sigma;
}
parameters {
  real<multiplier=mean_sigma> mean;
  real P_sigma_soft;
  vector[N_Player] P_raw;
}
transformed parameters {
  real P_sigma = softened(P_sigma_soft, P_sigma_pilot_size);
  vector[N_Player] P = mean + P_sigma * P_raw;
}
model {
  // mean ~ Normal()
  target += normal_lpdf(mean | mean_mu, mean_sigma);
  // P_sigma ~ HalfNormal()
  target += normal_lpdf(P_sigma | 0, P_sigma_sigma) + log2();
  target += log_slope_softened(P_sigma_soft, P_sigma_pilot_size);
  // P ~ Normal(mean, P_sigma), over Player
  target += std_normal_lpdf(P_raw);
  // Hits ~ Binomial(data("AB"), logit=P), observed
  target += binomial_logit_lpmf(Hits | AB, P[Player]);
}
