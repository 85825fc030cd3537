// Survey
// Several answers of each respondent, on an ordered scale.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_respondent;  // units of respondent
  int<lower=0> K_threshold;  // components of threshold
  array[N] int<lower=1, upper=N_respondent> respondent;  // the respondent of each row
  array[N] int<lower=1> answer;  // observed
  vector[N_respondent] respondent_age;  // 'age' of each respondent
  // numbers in the declarations
  real<lower=0> cut_sigma;
  real<lower=0> age_effect_sigma;
  real<lower=0> respondent_sd_sigma;
}
parameters {
  ordered[K_threshold] cut;
  real age_effect;
  real<lower=0> respondent_sd;
  vector[N_respondent] tendency_raw;
}
transformed parameters {
  vector[N_respondent] tendency = age_effect * respondent_age + respondent_sd * tendency_raw;
}
model {
  // cut ~ Normal(0, 3), over threshold, ordered
  target += normal_lpdf(cut | 0, cut_sigma);
  // age_effect ~ Normal(0, 1)
  target += normal_lpdf(age_effect | 0, age_effect_sigma);
  // respondent_sd ~ HalfNormal(2)
  target += normal_lpdf(respondent_sd | 0, respondent_sd_sigma) + log2();
  // tendency ~ Normal(age_effect * data("age"), respondent_sd), over respondent
  target += std_normal_lpdf(tendency_raw);
  // answer ~ OrderedLogistic(tendency, cut), observed
  target += ordered_logistic_lpmf(answer | tendency[respondent], cut);
}
