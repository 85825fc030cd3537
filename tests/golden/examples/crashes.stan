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
  vector[N_publisher] P;
  vector[N_app] A;
  vector[N_device] D;
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
  target += normal_lpdf(P | overall, publisher_sd);
  // A ~ Normal(P, app_sd), over app
  target += normal_lpdf(A | P[app_publisher], app_sd);
  // D ~ Normal(0, device_sd), over device
  target += normal_lpdf(D | 0, device_sd);
  // reliability ~ Normal(A + D, noise), observed
  target += normal_lpdf(reliability | A[app] + D[device], noise);
}
