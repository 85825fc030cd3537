// Steadiness
// Reaction times whose mean and whose standard deviation belong to the subject.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_subject;  // units of subject
  array[N] int<lower=1, upper=N_subject> subject;  // the subject of each row
  vector[N] time;  // observed
  // numbers in the declarations
  real<lower=0> typical_sigma;
  real<lower=0> typical_sd_sigma;
  real<lower=0> log_noise_sigma;
  real<lower=0> log_noise_sd_sigma;
}
parameters {
  real typical;
  real<lower=0> typical_sd;
  real log_noise;
  real<lower=0> log_noise_sd;
  vector[N_subject] mean;
  vector[N_subject] g;
}
transformed parameters {
  vector[N_subject] noise = exp(g);  // noise = exp(g)
}
model {
  // typical ~ Normal(0, 1)
  target += normal_lpdf(typical | 0, typical_sigma);
  // typical_sd ~ HalfNormal(1)
  target += normal_lpdf(typical_sd | 0, typical_sd_sigma) + log2();
  // log_noise ~ Normal(0, 1)
  target += normal_lpdf(log_noise | 0, log_noise_sigma);
  // log_noise_sd ~ HalfNormal(1)
  target += normal_lpdf(log_noise_sd | 0, log_noise_sd_sigma) + log2();
  // mean ~ Normal(typical, typical_sd), over subject
  target += normal_lpdf(mean | typical, typical_sd);
  // g ~ Normal(log_noise, log_noise_sd), over subject
  target += normal_lpdf(g | log_noise, log_noise_sd);
  // time ~ Normal(mean, noise), observed
  target += normal_lpdf(time | mean[subject], noise[subject]);
}
