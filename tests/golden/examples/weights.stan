// Admissions
// Log odds of admission by department and sex.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_department;  // units of department
  array[N] int<lower=1, upper=N_department> department;  // the department of each row
  array[N] int<lower=0, upper=1> admitted;  // observed
  vector<lower=0>[N] admitted_weights;  // frequency weights of admitted
  vector[N] male;  // 'male' of each row
  // numbers in the declarations
  real<lower=0> male_effect_sigma;
  real<lower=0> overall_sigma;
  real overall_at_male_effect;
  real<lower=0> department_sd_sigma;
  real of_department_at_male_effect;
}
parameters {
  real overall_at_means;
  real<lower=0> department_sd;
  real male_effect;
  vector[N_department] of_department_at_means;
}
transformed parameters {
  real overall = overall_at_means - overall_at_male_effect * male_effect;
  vector[N_department] of_department = of_department_at_means - of_department_at_male_effect * male_effect;
}
model {
  // overall ~ Normal(0, 1.5)
  target += normal_lpdf(overall | 0, overall_sigma);
  // department_sd ~ HalfNormal(1.5)
  target += normal_lpdf(department_sd | 0, department_sd_sigma) + log2();
  // male_effect ~ Normal(0, 1)
  target += normal_lpdf(male_effect | 0, male_effect_sigma);
  // of_department ~ Normal(overall, department_sd), over department
  target += normal_lpdf(of_department | overall, department_sd);
  // admitted ~ Bernoulli(logit=of_department + male_effect * data("male")), observed, weights applicants
  {
    vector[N] admitted_logit = of_department[department] + male_effect * male;
    for (n in 1:N) {
      target += admitted_weights[n] * bernoulli_logit_lpmf(admitted[n] | admitted_logit[n]);
    }
  }
}
