// Survey
// Several answers of each respondent, on an ordered scale.
functions {
  // Rows of every category (columns) in cells (rows). The probability between two cutpoints a < b is that
  // of being above a, times that of being below b, times 1 - exp(a - b).
  real ordered_logistic_cells_lpdf(matrix counts, vector eta, vector cutpoints) {
    int K = cols(counts);
    real total = 0;
    for (k in 1 : K - 1) {
      vector[size(eta)] above = eta - cutpoints[k];
      total += dot_product(counts[ : , k + 1], above)
               - dot_product(counts[ : , k] + counts[ : , k + 1], log1p_exp(above));
    }
    for (k in 2 : K - 1) {
      total += sum(counts[ : , k]) * log1m_exp(cutpoints[k - 1] - cutpoints[k]);
    }
    return total;
  }
}
data {
  int<lower=0> N_respondent;  // units of respondent
  int<lower=0> N_answer_cells;  // cells of answer
  int<lower=0> K_threshold;  // components of threshold
  int<lower=0> answer_categories;  // categories of answer
  array[N_answer_cells] int<lower=1, upper=N_respondent> answer_cells_respondent;  // the respondent of each cell of answer
  matrix[N_answer_cells, answer_categories] answer_counts;  // rows of every category of each cell of answer
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
  // answer ~ OrderedLogistic(tendency, cut), observed  (rows in cells)
  {
    vector[N_answer_cells] answer_eta = tendency[answer_cells_respondent];
    target += ordered_logistic_cells_lpdf(answer_counts | answer_eta, cut);
  }
}
