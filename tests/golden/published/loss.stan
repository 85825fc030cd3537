// Loss
// cum ~ ult * (1 - exp(-(dev / theta)^omega))
// ult ~ 1 + (1 | AY), omega ~ 1, theta ~ 1
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
  int<lower=0> N_AY;  // units of AY
  array[N] int<lower=1, upper=N_AY> AY;  // the AY of each row
  vector[N] cum;  // observed
  vector[N] dev;  // 'dev' of each row
  real<lower=0> U_sigma_pilot_size;  // about how large U_sigma is
  vector<lower=0, upper=1>[N_AY] U_pilot_weight;  // how far each AY is centred
  real<lower=0> U_pilot_scale;  // about how large the scale of U is
  // numbers in the declarations
  real ult_mu;
  real<lower=0> ult_sigma;
  real<lower=0> omega_sigma;
  real theta_mu;
  real<lower=0> theta_sigma;
  real<lower=0> U_sigma_sigma;
  real<lower=0> cum_sigma_sigma;
}
parameters {
  real ult;
  real<lower=0> omega;
  real<lower=0> theta;
  real U_sigma_soft;
  vector<multiplier=U_pilot_scale>[N_AY] U_between;
  real<lower=0> cum_sigma;
}
transformed parameters {
  real U_sigma = softened(U_sigma_soft, U_sigma_pilot_size);
  vector[N_AY] U = ult + exp((1 - U_pilot_weight) * log(U_sigma / U_pilot_scale)) .* (U_between - U_pilot_weight * ult);
}
model {
  // ult ~ Normal(5000, 1000)
  target += normal_lpdf(ult | ult_mu, ult_sigma);
  // omega ~ LogNormal(0, 1)
  target += lognormal_lpdf(omega | 0, omega_sigma);
  // theta ~ LogNormal(3.8, 0.2)
  target += lognormal_lpdf(theta | theta_mu, theta_sigma);
  // U_sigma ~ HalfNormal()
  target += normal_lpdf(U_sigma | 0, U_sigma_sigma) + log2();
  target += log_slope_softened(U_sigma_soft, U_sigma_pilot_size);
  // U ~ Normal(ult, U_sigma), over AY
  target += normal_lpdf(U_between | U_pilot_weight * ult, U_pilot_scale * exp(U_pilot_weight * log(U_sigma / U_pilot_scale)));
  vector[N] grown = 1 - exp(-(dev / theta) .^ omega);  // grown = 1 - exp(-(data("dev") / theta) ** omega)
  // cum_sigma ~ HalfNormal()
  target += normal_lpdf(cum_sigma | 0, cum_sigma_sigma) + log2();
  // cum ~ Normal(U * grown, cum_sigma), observed
  target += normal_lpdf(cum | U[AY] .* grown, cum_sigma);
}
