// Orthodont
// distance ~ age * Sex + (age || Subject), varIdent(~ 1 | Sex)
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
  int<lower=0> N_Sex;  // units of Sex
  int<lower=0> N_Subject;  // units of Subject
  array[N_Subject] int<lower=1, upper=N_Sex> Subject_Sex;  // the Sex of each Subject
  array[N] int<lower=1, upper=N_Subject> Subject;  // the Subject of each row
  array[N] int<lower=1, upper=N_Sex> Sex;  // the Sex of each row
  vector[N] distance;  // observed
  vector[N] age;  // 'age' of each row
  real<lower=0> a_sigma_pilot_size;  // about how large a_sigma is
  vector<lower=0, upper=1>[N_Sex] a_pilot_weight;  // how far each Sex is centred
  real<lower=0> a_pilot_scale;  // about how large the scale of a is
  vector<lower=0, upper=1>[N_Subject] A_pilot_weight;  // how far each Subject is centred
  real<lower=0> A_pilot_scale;  // about how large the scale of A is
  vector<lower=0, upper=1>[N_Subject] B_pilot_weight;  // how far each Subject is centred
  real<lower=0> B_pilot_scale;  // about how large the scale of B is
  // numbers in the declarations
  real<lower=0> a_sigma_sigma;
  real<lower=0> b_sigma_sigma;
  real<lower=0> A_sigma_sigma;
  real<lower=0> B_sigma_sigma;
  real<lower=0> noise_sigma_sigma;
}
parameters {
  real a_sigma_soft;
  vector<multiplier=a_pilot_scale>[N_Sex] a_between;
  real<lower=0> b_sigma;
  vector<multiplier=b_sigma_sigma>[N_Sex] b;
  real<lower=0> A_sigma;
  vector<multiplier=A_pilot_scale>[N_Subject] A_between;
  real<lower=0> B_sigma;
  vector<multiplier=B_pilot_scale>[N_Subject] B_between;
  real<lower=0> noise_sigma;
  vector<lower=0>[N_Sex] noise;
}
transformed parameters {
  real a_sigma = softened(a_sigma_soft, a_sigma_pilot_size);
  vector[N_Sex] a = exp((1 - a_pilot_weight) * log(a_sigma / a_pilot_scale)) .* a_between;
  vector[N_Subject] A = a[Subject_Sex] + exp((1 - A_pilot_weight) * log(A_sigma / A_pilot_scale)) .* (A_between - A_pilot_weight .* a[Subject_Sex]);
  vector[N_Subject] B = b[Subject_Sex] + exp((1 - B_pilot_weight) * log(B_sigma / B_pilot_scale)) .* (B_between - B_pilot_weight .* b[Subject_Sex]);
}
model {
  // a_sigma ~ HalfNormal()
  target += normal_lpdf(a_sigma | 0, a_sigma_sigma) + log2();
  target += log_slope_softened(a_sigma_soft, a_sigma_pilot_size);
  // a ~ Normal(0, a_sigma), over Sex
  target += normal_lpdf(a_between | 0, a_pilot_scale * exp(a_pilot_weight * log(a_sigma / a_pilot_scale)));
  // b_sigma ~ HalfNormal()
  target += normal_lpdf(b_sigma | 0, b_sigma_sigma) + log2();
  // b ~ Normal(0, b_sigma), over Sex
  target += normal_lpdf(b | 0, b_sigma);
  // A_sigma ~ HalfNormal()
  target += normal_lpdf(A_sigma | 0, A_sigma_sigma) + log2();
  // A ~ Normal(a, A_sigma), over Subject
  target += normal_lpdf(A_between | A_pilot_weight .* a[Subject_Sex], A_pilot_scale * exp(A_pilot_weight * log(A_sigma / A_pilot_scale)));
  // B_sigma ~ HalfNormal()
  target += normal_lpdf(B_sigma | 0, B_sigma_sigma) + log2();
  // B ~ Normal(b, B_sigma), over Subject
  target += normal_lpdf(B_between | B_pilot_weight .* b[Subject_Sex], B_pilot_scale * exp(B_pilot_weight * log(B_sigma / B_pilot_scale)));
  // noise_sigma ~ HalfNormal()
  target += normal_lpdf(noise_sigma | 0, noise_sigma_sigma) + log2();
  // noise ~ HalfNormal(noise_sigma), over Sex
  target += normal_lpdf(noise | 0, noise_sigma) + num_elements(noise) * log2();
  // distance ~ Normal(A + B * data("age"), noise), observed
  target += normal_lpdf(distance | A[Subject] + B[Subject] .* age, noise[Sex]);
}
