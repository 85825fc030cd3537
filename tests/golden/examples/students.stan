// Students
// Standardised scores by state, district, school, classroom and student, and by background.
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
  real<lower=0> state_sd_pilot_size;  // about how large state_sd is
  real<lower=0> district_sd_pilot_size;  // about how large district_sd is
  real<lower=0> school_sd_pilot_size;  // about how large school_sd is
  vector<lower=0, upper=1>[N_state] of_state_pilot_weight;  // how far each state is centred
  real<lower=0> of_state_pilot_scale;  // about how large the scale of of_state is
  vector<lower=0, upper=1>[N_district] of_district_pilot_weight;  // how far each district is centred
  real<lower=0> of_district_pilot_scale;  // about how large the scale of of_district is
  vector<lower=0, upper=1>[N_school] of_school_pilot_weight;  // how far each school is centred
  real<lower=0> of_school_pilot_scale;  // about how large the scale of of_school is
  vector<lower=0, upper=1>[N_classroom] of_classroom_pilot_weight;  // how far each classroom is centred
  real<lower=0> of_classroom_pilot_scale;  // about how large the scale of of_classroom is
  vector<lower=0, upper=1>[N_student] of_student_pilot_weight;  // how far each student is centred
  real<lower=0> of_student_pilot_scale;  // about how large the scale of of_student is
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
  real state_sd_soft;
  real district_sd_soft;
  real school_sd_soft;
  real<lower=0> classroom_sd;
  real<lower=0> student_sd;
  real<lower=0> background_sd;
  real<lower=0> noise;
  vector<multiplier=of_state_pilot_scale>[N_state] of_state_between;
  vector<multiplier=of_district_pilot_scale>[N_district] of_district_between;
  vector<multiplier=of_school_pilot_scale>[N_school] of_school_between;
  vector<multiplier=of_classroom_pilot_scale>[N_classroom] of_classroom_between;
  vector[N_background] of_background;
  vector<multiplier=of_student_pilot_scale>[N_student] of_student_between;
}
transformed parameters {
  real state_sd = softened(state_sd_soft, state_sd_pilot_size);
  real district_sd = softened(district_sd_soft, district_sd_pilot_size);
  real school_sd = softened(school_sd_soft, school_sd_pilot_size);
  vector[N_state] of_state = overall + exp((1 - of_state_pilot_weight) * log(state_sd / of_state_pilot_scale)) .* (of_state_between - of_state_pilot_weight * overall);
  vector[N_district] of_district = of_state[district_state] + exp((1 - of_district_pilot_weight) * log(district_sd / of_district_pilot_scale)) .* (of_district_between - of_district_pilot_weight .* of_state[district_state]);
  vector[N_school] of_school = of_district[school_district] + exp((1 - of_school_pilot_weight) * log(school_sd / of_school_pilot_scale)) .* (of_school_between - of_school_pilot_weight .* of_district[school_district]);
  vector[N_classroom] of_classroom = of_school[classroom_school] + exp((1 - of_classroom_pilot_weight) * log(classroom_sd / of_classroom_pilot_scale)) .* (of_classroom_between - of_classroom_pilot_weight .* of_school[classroom_school]);
  vector[N_student] of_student = of_classroom[student_classroom] + of_background[student_background] + exp((1 - of_student_pilot_weight) * log(student_sd / of_student_pilot_scale)) .* (of_student_between - of_student_pilot_weight .* (of_classroom[student_classroom] + of_background[student_background]));
}
model {
  // overall ~ Normal(0, 1)
  target += normal_lpdf(overall | 0, overall_sigma);
  // state_sd ~ HalfNormal(1)
  target += normal_lpdf(state_sd | 0, state_sd_sigma) + log2();
  target += log_slope_softened(state_sd_soft, state_sd_pilot_size);
  // district_sd ~ HalfNormal(1)
  target += normal_lpdf(district_sd | 0, district_sd_sigma) + log2();
  target += log_slope_softened(district_sd_soft, district_sd_pilot_size);
  // school_sd ~ HalfNormal(1)
  target += normal_lpdf(school_sd | 0, school_sd_sigma) + log2();
  target += log_slope_softened(school_sd_soft, school_sd_pilot_size);
  // classroom_sd ~ HalfNormal(1)
  target += normal_lpdf(classroom_sd | 0, classroom_sd_sigma) + log2();
  // student_sd ~ HalfNormal(1)
  target += normal_lpdf(student_sd | 0, student_sd_sigma) + log2();
  // background_sd ~ HalfNormal(1)
  target += normal_lpdf(background_sd | 0, background_sd_sigma) + log2();
  // noise ~ HalfNormal(1)
  target += normal_lpdf(noise | 0, noise_sigma) + log2();
  // of_state ~ Normal(overall, state_sd), over state
  target += normal_lpdf(of_state_between | of_state_pilot_weight * overall, of_state_pilot_scale * exp(of_state_pilot_weight * log(state_sd / of_state_pilot_scale)));
  // of_district ~ Normal(of_state, district_sd), over district
  target += normal_lpdf(of_district_between | of_district_pilot_weight .* of_state[district_state], of_district_pilot_scale * exp(of_district_pilot_weight * log(district_sd / of_district_pilot_scale)));
  // of_school ~ Normal(of_district, school_sd), over school
  target += normal_lpdf(of_school_between | of_school_pilot_weight .* of_district[school_district], of_school_pilot_scale * exp(of_school_pilot_weight * log(school_sd / of_school_pilot_scale)));
  // of_classroom ~ Normal(of_school, classroom_sd), over classroom
  target += normal_lpdf(of_classroom_between | of_classroom_pilot_weight .* of_school[classroom_school], of_classroom_pilot_scale * exp(of_classroom_pilot_weight * log(classroom_sd / of_classroom_pilot_scale)));
  // of_background ~ Normal(0, background_sd), over background
  target += normal_lpdf(of_background | 0, background_sd);
  // of_student ~ Normal(of_classroom + of_background, student_sd), over student
  target += normal_lpdf(of_student_between | of_student_pilot_weight .* (of_classroom[student_classroom] + of_background[student_background]), of_student_pilot_scale * exp(of_student_pilot_weight * log(student_sd / of_student_pilot_scale)));
  // score ~ Normal(of_student, noise), observed
  target += normal_lpdf(score | of_student[student], noise);
}
