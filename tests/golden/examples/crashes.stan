// AppCrashes
// Reliability of apps, their publishers, and the devices that run them.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_publisher;  // units of publisher
  int<lower=0> N_app;  // units of app
  int<lower=0> N_device;  // units of device
  array[N_app] int<lower=1, upper=N_publisher> app_publisher;  // the publisher of each app
  array[N] int<lower=1, upper=N_app> app;  // the app of each row
  array[N] int<lower=1, upper=N_device> device;  // the device of each row
  vector[N] reliability;  // observed
  vector<lower=0, upper=1>[N_publisher] P_pilot_weight;  // how far each publisher is centred
  real<lower=0> P_pilot_scale;  // about how large the scale of P is
  vector<lower=0, upper=1>[N_app] A_pilot_weight;  // how far each app is centred
  real<lower=0> A_pilot_scale;  // about how large the scale of A is
  vector<lower=0, upper=1>[N_device] D_pilot_weight;  // how far each device is centred
  real<lower=0> D_pilot_scale;  // about how large the scale of D is
  // numbers in the declarations
  real overall_mu;
  real<lower=0> overall_sigma;
  real<lower=0> publisher_sd_sigma;
  real<lower=0> app_sd_sigma;
  real<lower=0> device_sd_sigma;
  real<lower=0> noise_sigma;
}
parameters {
  real overall;
  real<lower=0> publisher_sd;
  real<lower=0> app_sd;
  real<lower=0> device_sd;
  real<lower=0> noise;
  vector<multiplier=P_pilot_scale>[N_publisher] P_between;
  vector<multiplier=A_pilot_scale>[N_app] A_between;
  vector<multiplier=D_pilot_scale>[N_device] D_between;
}
transformed parameters {
  vector[N_publisher] P = overall + exp((1 - P_pilot_weight) * log(publisher_sd / P_pilot_scale)) .* (P_between - P_pilot_weight * overall);
  vector[N_app] A = P[app_publisher] + exp((1 - A_pilot_weight) * log(app_sd / A_pilot_scale)) .* (A_between - A_pilot_weight .* P[app_publisher]);
  vector[N_device] D = exp((1 - D_pilot_weight) * log(device_sd / D_pilot_scale)) .* D_between;
}
model {
  // overall ~ Normal(0.9, 0.5)
  target += normal_lpdf(overall | overall_mu, overall_sigma);
  // publisher_sd ~ HalfNormal(0.5)
  target += normal_lpdf(publisher_sd | 0, publisher_sd_sigma) + log2();
  // app_sd ~ HalfNormal(0.5)
  target += normal_lpdf(app_sd | 0, app_sd_sigma) + log2();
  // device_sd ~ HalfNormal(0.5)
  target += normal_lpdf(device_sd | 0, device_sd_sigma) + log2();
  // noise ~ HalfNormal(0.5)
  target += normal_lpdf(noise | 0, noise_sigma) + log2();
  // P ~ Normal(overall, publisher_sd), over publisher
  target += normal_lpdf(P_between | P_pilot_weight * overall, P_pilot_scale * exp(P_pilot_weight * log(publisher_sd / P_pilot_scale)));
  // A ~ Normal(P, app_sd), over app
  target += normal_lpdf(A_between | A_pilot_weight .* P[app_publisher], A_pilot_scale * exp(A_pilot_weight * log(app_sd / A_pilot_scale)));
  // D ~ Normal(0, device_sd), over device
  target += normal_lpdf(D_between | 0, D_pilot_scale * exp(D_pilot_weight * log(device_sd / D_pilot_scale)));
  // reliability ~ Normal(A + D, noise), observed
  target += normal_lpdf(reliability | A[app] + D[device], noise);
}
