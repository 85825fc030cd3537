// Students
// Standardised scores by state, district, school, classroom and student, and by background.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_state;  // units of state
  int<lower=0> N_district;  // units of district
  int<lower=0> N_school;  // units of school
  int<lower=0> N_classroom;  // units of classroom
  int<lower=0> N_background;  // units of background
  int<lower=0> N_student;  // units of student
  array[N_district] int<lower=1, upper=N_state> district_state;  // the state of each district
  array[N_school] int<lower=1, upper=N_district> school_district;  // the district of each school
  array[N_classroom] int<lower=1, upper=N_school> classroom_school;  // the school of each classroom
  array[N_student] int<lower=1, upper=N_classroom> student_classroom;  // the classroom of each student
  array[N_student] int<lower=1, upper=N_background> student_background;  // the background of each student
  array[N] int<lower=1, upper=N_student> student;  // the student of each row
  vector[N] score;  // observed
  // numbers in the declarations
  real<lower=0> overall_sigma;
  real<lower=0> state_sd_sigma;
  real<lower=0> district_sd_sigma;
  real<lower=0> school_sd_sigma;
  real<lower=0> classroom_sd_sigma;
  real<lower=0> student_sd_sigma;
  real<lower=0> background_sd_sigma;
  real<lower=0> noise_sigma;
}
parameters {
  real overall;
  real<lower=0> state_sd;
  real<lower=0> district_sd;
  real<lower=0> school_sd;
  real<lower=0> classroom_sd;
  real<lower=0> student_sd;
  real<lower=0> background_sd;
  real<lower=0> noise;
  vector[N_state] of_state_raw;
  vector[N_district] of_district_raw;
  vector[N_school] of_school_raw;
  vector[N_classroom] of_classroom_raw;
  vector[N_background] of_background;
  vector[N_student] of_student;
}
transformed parameters {
  vector[N_state] of_state = overall + state_sd * of_state_raw;
  vector[N_district] of_district = of_state[district_state] + district_sd * of_district_raw;
  vector[N_school] of_school = of_district[school_district] + school_sd * of_school_raw;
  vector[N_classroom] of_classroom = of_school[classroom_school] + classroom_sd * of_classroom_raw;
}
model {
  // overall ~ Normal(0, 1)
  target += normal_lpdf(overall | 0, overall_sigma);
  // state_sd ~ HalfNormal(1)
  target += normal_lpdf(state_sd | 0, state_sd_sigma) + log2();
  // district_sd ~ HalfNormal(1)
  target += normal_lpdf(district_sd | 0, district_sd_sigma) + log2();
  // school_sd ~ HalfNormal(1)
  target += normal_lpdf(school_sd | 0, school_sd_sigma) + log2();
  // classroom_sd ~ HalfNormal(1)
  target += normal_lpdf(classroom_sd | 0, classroom_sd_sigma) + log2();
  // student_sd ~ HalfNormal(1)
  target += normal_lpdf(student_sd | 0, student_sd_sigma) + log2();
  // background_sd ~ HalfNormal(1)
  target += normal_lpdf(background_sd | 0, background_sd_sigma) + log2();
  // noise ~ HalfNormal(1)
  target += normal_lpdf(noise | 0, noise_sigma) + log2();
  // of_state ~ Normal(overall, state_sd), over state
  target += std_normal_lpdf(of_state_raw);
  // of_district ~ Normal(of_state, district_sd), over district
  target += std_normal_lpdf(of_district_raw);
  // of_school ~ Normal(of_district, school_sd), over school
  target += std_normal_lpdf(of_school_raw);
  // of_classroom ~ Normal(of_school, classroom_sd), over classroom
  target += std_normal_lpdf(of_classroom_raw);
  // of_background ~ Normal(0, background_sd), over background
  target += normal_lpdf(of_background | 0, background_sd);
  // of_student ~ Normal(of_classroom + of_background, student_sd), over student
  target += normal_lpdf(of_student | of_classroom[student_classroom] + of_background[student_background], student_sd);
  // score ~ Normal(of_student, noise), observed
  target += normal_lpdf(score | of_student[student], noise);
}
