// Nested
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  int<lower=0> N_room;  // units of room
  array[N_room] int<lower=1, upper=N_school> room_school;  // the school of each room
  array[N] int<lower=1, upper=N_room> room;  // the room of each row
  vector[N] y;  // observed
  // numbers in the declarations
  real<lower=0> overall_sigma;
  real<lower=0> school_sd_sigma;
  real<lower=0> room_sd_sigma;
  real<lower=0> y_sigma;
}
parameters {
  real overall;
  real<lower=0> school_sd;
  real<lower=0> room_sd;
  vector[N_school] of_school_raw;
  vector[N_room] of_room;
}
transformed parameters {
  vector[N_school] of_school = overall + school_sd * of_school_raw;
}
model {
  // overall ~ Normal(0, 1)
  target += normal_lpdf(overall | 0, overall_sigma);
  // school_sd ~ HalfNormal(1)
  target += normal_lpdf(school_sd | 0, school_sd_sigma) + log2();
  // room_sd ~ HalfNormal(1)
  target += normal_lpdf(room_sd | 0, room_sd_sigma) + log2();
  // of_school ~ Normal(overall, school_sd), over school
  target += std_normal_lpdf(of_school_raw);
  // of_room ~ Normal(of_school, room_sd), over room
  target += normal_lpdf(of_room | of_school[room_school], room_sd);
  // y ~ Normal(of_room, 1), observed
  target += normal_lpdf(y | of_room[room], y_sigma);
}
