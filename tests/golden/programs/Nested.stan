// Nested
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
  int<lower=0> N_school;  // units of school
  int<lower=0> N_room;  // units of room
  array[N_room] int<lower=1, upper=N_school> room_school;  // the school of each room
  array[N] int<lower=1, upper=N_room> room;  // the room of each row
  vector[N] y;  // observed
  real<lower=0> school_sd_pilot_size;  // about how large school_sd is
  real<lower=0> room_sd_pilot_size;  // about how large room_sd is
  // numbers in the declarations
  real<lower=0> overall_sigma;
  real<lower=0> school_sd_sigma;
  real<lower=0> room_sd_sigma;
  real<lower=0> y_sigma;
}
parameters {
  real overall;
  real school_sd_soft;
  real room_sd_soft;
  vector[N_school] of_school_raw;
  vector[N_room] of_room;
}
transformed parameters {
  real school_sd = softened(school_sd_soft, school_sd_pilot_size);
  real room_sd = softened(room_sd_soft, room_sd_pilot_size);
  vector[N_school] of_school = overall + school_sd * of_school_raw;
}
model {
  // overall ~ Normal(0, 1)
  target += normal_lpdf(overall | 0, overall_sigma);
  // school_sd ~ HalfNormal(1)
  target += normal_lpdf(school_sd | 0, school_sd_sigma) + log2();
  target += log_slope_softened(school_sd_soft, school_sd_pilot_size);
  // room_sd ~ HalfNormal(1)
  target += normal_lpdf(room_sd | 0, room_sd_sigma) + log2();
  target += log_slope_softened(room_sd_soft, room_sd_pilot_size);
  // of_school ~ Normal(overall, school_sd), over school
  target += std_normal_lpdf(of_school_raw);
  // of_room ~ Normal(of_school, room_sd), over room
  target += normal_lpdf(of_room | of_school[room_school], room_sd);
  // y ~ Normal(of_room, 1), observed
  target += normal_lpdf(y | of_room[room], y_sigma);
}
