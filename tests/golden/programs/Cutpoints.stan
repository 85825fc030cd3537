// Cutpoints
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  int<lower=0> K_k;  // components of k
  int<lower=0> K_fixed_cutpoints;  // components of <fixed cutpoints>
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  array[N] int<lower=1> choice;  // observed
  array[N] int<lower=1> again;  // observed as 'choice'
  array[N] int<lower=1> third;  // observed as 'choice'
  array[N] int<lower=1> fixed;  // observed as 'choice'
  vector<lower=0>[N] third_weights;  // frequency weights of third
  vector[N] x;  // 'x' of each row
  // numbers in the declarations
  real<lower=0> b_sigma;
  real<lower=0> cut_sigma;
  real<lower=0> per_school_sigma;
  real<lower=0> positive_sigma;
  vector[K_fixed_cutpoints] fixed_cutpoints;
}
parameters {
  real b;
  ordered[K_k] cut;
  array[N_school] ordered[K_k] per_school;
  positive_ordered[K_k] positive;
}
model {
  // b ~ Normal(0, 1)
  target += normal_lpdf(b | 0, b_sigma);
  // cut ~ Normal(0, 3), over k, ordered
  target += normal_lpdf(cut | 0, cut_sigma);
  // per_school ~ Normal(0, 3), over school, k, ordered
  for (k in 1:K_k) {
    target += normal_lpdf(to_vector(per_school[, k]) | 0, per_school_sigma);
  }
  // positive ~ HalfNormal(3), over k, ordered
  target += normal_lpdf(positive | 0, positive_sigma) + num_elements(positive) * log2();
  // choice ~ OrderedLogistic(b * data("x"), cut), observed
  target += ordered_logistic_lpmf(choice | b * x, cut);
  // again ~ OrderedLogistic(0, per_school), observed as choice
  {
    array[N] vector[K_k] again_cutpoints;
    for (n in 1:N) {
      again_cutpoints[n] = per_school[school[n]];
    }
    target += ordered_logistic_lpmf(again | rep_vector(0, N), again_cutpoints);
  }
  // third ~ OrderedLogistic(b, positive), observed as choice, weights times
  {
    vector[N] third_eta = rep_vector(b, N);
    for (n in 1:N) {
      target += third_weights[n] * ordered_logistic_lpmf(third[n] | third_eta[n], positive);
    }
  }
  // fixed ~ OrderedLogistic(b * data("x"), [-1, 1]), observed as choice
  target += ordered_logistic_lpmf(fixed | b * x, fixed_cutpoints);
}
