// InCells
// Rows in cells, of every distribution whose rows a few sums describe.
functions {
  // Rows in cells of n rows with a mean; `squares` are those of the rows about the means of their cells.
  real normal_cells_lpdf(vector mean, vector n, real squares, vector mu, real sigma) {
    return -(squares + dot_product(n, square(mean - mu))) / (2 * square(sigma))
           - sum(n) * (log(sigma) + 0.5 * log(2 * pi()));
  }
  real normal_cells_lpdf(vector mean, vector n, vector squares, vector mu, vector sigma) {
    return -0.5 * sum((squares + n .* square(mean - mu)) ./ square(sigma)) - dot_product(n, log(sigma))
           - 0.5 * sum(n) * log(2 * pi());
  }
  // Sums of n waiting times in cells.
  real exponential_log_cells_lpdf(vector total, vector n, vector log_rate) {
    return dot_product(n, log_rate) - dot_product(total, exp(log_rate));
  }
  // Sums of n waiting times in cells.
  real exponential_cells_lpdf(vector total, vector n, vector rate) {
    return dot_product(n, log(rate)) - dot_product(total, rate);
  }
  // Sums of n gamma variables in cells, and sums of their logarithms.
  real gamma_cells_lpdf(vector total, vector n, real log_total, real alpha, vector beta) {
    return alpha * dot_product(n, log(beta)) - sum(n) * lgamma(alpha) + (alpha - 1) * log_total
           - dot_product(total, beta);
  }
  real gamma_cells_lpdf(vector total, vector n, vector log_total, vector alpha, vector beta) {
    return dot_product(n, alpha .* log(beta) - lgamma(alpha)) + dot_product(alpha - 1, log_total)
           - dot_product(total, beta);
  }
  // Sums in cells of the logarithms of n shares and of what is left of them.
  real beta_cells_lpdf(vector log_total, vector n, vector log1m_total, vector alpha, vector beta) {
    return dot_product(alpha - 1, log_total) + dot_product(beta - 1, log1m_total)
           + dot_product(n, lgamma(alpha + beta) - lgamma(alpha) - lgamma(beta));
  }
  // Successes in cells of trials, without the number of orders in which they may have come.
  real binomial_logit_cells_lpdf(vector successes, vector trials, vector logit) {
    return dot_product(successes, logit) - dot_product(trials, log1p_exp(logit));
  }
  // Successes in cells of trials, without the number of orders in which they may have come.
  real binomial_cells_lpdf(vector successes, vector trials, vector theta) {
    if (min(theta) > 0 && max(theta) < 1) {
      return dot_product(successes, log(theta)) + dot_product(trials - successes, log1m(theta));
    }
    return sum(lmultiply(successes, theta)) + sum(lmultiply(trials - successes, 1 - theta));
  }
  // Sums of counts in cells of an exposure, without what the rate does not change.
  real poisson_log_cells_lpdf(vector total, vector exposure, vector log_rate) {
    return dot_product(total, log_rate) - dot_product(exposure, exp(log_rate));
  }
  // Sums of counts in cells of an exposure, without what the rate does not change. A rate of 0 is no matter
  // where nothing was counted.
  real poisson_cells_lpdf(vector total, vector exposure, vector rate) {
    vector[size(total)] counted = fmin(ceil(total), 1);
    return dot_product(total, log(counted .* rate + 1 - counted)) - dot_product(exposure, rate);
  }
  // Sums of n counts in cells; `counts` says how often each of `values` occurs in all cells together.
  real neg_binomial_2_log_cells_lpdf(vector total, vector n, vector values, vector counts, vector log_mu,
                                     real phi) {
    vector[size(n)] odds = log_mu - log(phi);
    return dot_product(counts, lchoose(values + phi - 1, values)) - dot_product(total, log1p_exp(-odds))
           - phi * dot_product(n, log1p_exp(odds));
  }
  // Rows of every category (columns) in cells (rows).
  real categorical_logit_cells_lpdf(matrix counts, matrix logit) {
    vector[rows(counts)] n = counts * ones_vector(cols(counts));
    vector[rows(counts)] total = logit[ : , 1];
    for (k in 2 : cols(counts)) {
      total = log_sum_exp(total, logit[ : , k]);
    }
    return sum(counts .* logit) - dot_product(n, total);
  }
  // Rows of every category (columns) in cells (rows).
  real categorical_cells_lpdf(matrix counts, matrix theta) {
    return sum(lmultiply(to_vector(counts), to_vector(theta)));
  }
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
  int<lower=0> N_school;  // units of school
  int<lower=0> N_y_cells;  // cells of y
  int<lower=0> N_y2_cells;  // cells of y2
  int<lower=0> N_positive_cells;  // cells of positive
  int<lower=0> N_waited_cells;  // cells of waited
  int<lower=0> N_lasted_cells;  // cells of lasted
  int<lower=0> N_gamma_cells;  // cells of gamma
  int<lower=0> N_gammas_cells;  // cells of gammas
  int<lower=0> N_share_cells;  // cells of share
  int<lower=0> N_flag_cells;  // cells of flag
  int<lower=0> N_probit_cells;  // cells of probit
  int<lower=0> N_count_cells;  // cells of count
  int<lower=0> N_rate_cells;  // cells of rate
  int<lower=0> N_rates_cells;  // cells of rates
  int<lower=0> N_counts_cells;  // cells of counts
  int<lower=0> N_choice_cells;  // cells of choice
  int<lower=0> N_chosen_cells;  // cells of chosen
  int<lower=0> N_answer_cells;  // cells of answer
  int<lower=0> K_threshold;  // components of threshold
  int<lower=0> K_chosen_theta;  // components of <chosen theta>
  int<lower=0> counts_distinct;  // distinct values of counts
  int<lower=0> choice_categories;  // categories of choice
  int<lower=0> chosen_categories;  // categories of chosen
  int<lower=0> answer_categories;  // categories of answer
  array[N_y_cells] int<lower=1, upper=N_school> y_cells_school;  // the school of each cell of y
  array[N_y2_cells] int<lower=1, upper=N_school> y2_cells_school;  // the school of each cell of y2
  array[N_positive_cells] int<lower=1, upper=N_school> positive_cells_school;  // the school of each cell of positive
  array[N_waited_cells] int<lower=1, upper=N_school> waited_cells_school;  // the school of each cell of waited
  array[N_lasted_cells] int<lower=1, upper=N_school> lasted_cells_school;  // the school of each cell of lasted
  array[N_gamma_cells] int<lower=1, upper=N_school> gamma_cells_school;  // the school of each cell of gamma
  array[N_gammas_cells] int<lower=1, upper=N_school> gammas_cells_school;  // the school of each cell of gammas
  array[N_share_cells] int<lower=1, upper=N_school> share_cells_school;  // the school of each cell of share
  array[N_flag_cells] int<lower=1, upper=N_school> flag_cells_school;  // the school of each cell of flag
  array[N_probit_cells] int<lower=1, upper=N_school> probit_cells_school;  // the school of each cell of probit
  array[N_count_cells] int<lower=1, upper=N_school> count_cells_school;  // the school of each cell of count
  array[N_rate_cells] int<lower=1, upper=N_school> rate_cells_school;  // the school of each cell of rate
  array[N_rates_cells] int<lower=1, upper=N_school> rates_cells_school;  // the school of each cell of rates
  array[N_counts_cells] int<lower=1, upper=N_school> counts_cells_school;  // the school of each cell of counts
  array[N_choice_cells] int<lower=1, upper=N_school> choice_cells_school;  // the school of each cell of choice
  array[N_answer_cells] int<lower=1, upper=N_school> answer_cells_school;  // the school of each cell of answer
  vector[N_y_cells] y_mean;  // mean of each cell of y
  vector[N_y_cells] y_n;  // rows of each cell of y
  real y_squares;  // sum of squares about the mean, of all cells of y
  vector[N_y2_cells] y2_mean;  // mean of each cell of y2
  vector[N_y2_cells] y2_n;  // rows of each cell of y2
  vector[N_y2_cells] y2_squares;  // sum of squares about the mean of each cell of y2
  vector[N_positive_cells] positive_mean;  // mean of the logarithms of each cell of positive
  vector[N_positive_cells] positive_n;  // rows of each cell of positive
  real positive_squares;  // sum of squares of the logarithms about the mean, of all cells of positive
  real positive_constant;  // what no argument changes
  vector[N_waited_cells] waited_total;  // sum of each cell of waited
  vector[N_waited_cells] waited_n;  // rows of each cell of waited
  vector[N_lasted_cells] lasted_total;  // sum of each cell of lasted
  vector[N_lasted_cells] lasted_n;  // rows of each cell of lasted
  vector[N_gamma_cells] gamma_total;  // sum of each cell of gamma
  vector[N_gamma_cells] gamma_n;  // rows of each cell of gamma
  real gamma_log_total;  // sum of the logarithms, of all cells of gamma
  vector[N_gammas_cells] gammas_total;  // sum of the inverses of each cell of gammas
  vector[N_gammas_cells] gammas_n;  // rows of each cell of gammas
  vector[N_gammas_cells] gammas_log_total;  // sum of the logarithms of the inverses of each cell of gammas
  real gammas_constant;  // what no argument changes
  vector[N_share_cells] share_log_total;  // sum of the logarithms of each cell of share
  vector[N_share_cells] share_n;  // rows of each cell of share
  vector[N_share_cells] share_log1m_total;  // sum of the logarithms of the rest of each cell of share
  vector[N_flag_cells] flag_successes;  // successes of each cell of flag
  vector[N_flag_cells] flag_trials;  // trials of each cell of flag
  vector[N_probit_cells] probit_successes;  // successes of each cell of probit
  vector[N_probit_cells] probit_trials;  // trials of each cell of probit
  vector[N_count_cells] count_successes;  // successes of each cell of count
  vector[N_count_cells] count_trials;  // trials of each cell of count
  real count_constant;  // what no argument changes
  vector[N_rate_cells] rate_total;  // sum of each cell of rate
  vector[N_rate_cells] rate_exposure;  // exposure of each cell of rate
  real rate_constant;  // what no argument changes
  vector[N_rates_cells] rates_total;  // sum of each cell of rates
  vector[N_rates_cells] rates_exposure;  // exposure of each cell of rates
  real rates_constant;  // what no argument changes
  vector[N_counts_cells] counts_total;  // sum of each cell of counts
  vector[N_counts_cells] counts_n;  // rows of each cell of counts
  vector[counts_distinct] counts_values;  // the values that occur
  vector[counts_distinct] counts_counts;  // how often each value occurs
  matrix[N_choice_cells, choice_categories] choice_counts;  // rows of every category of each cell of choice
  matrix[N_chosen_cells, chosen_categories] chosen_counts;  // rows of every category of each cell of chosen
  matrix[N_answer_cells, answer_categories] answer_counts;  // rows of every category of each cell of answer
  vector[N_y_cells] y_cells_size;  // 'size' of each cell of y
  vector[N_positive_cells] positive_cells_size;  // 'size' of each cell of positive
  vector[N_gamma_cells] gamma_cells_size;  // 'size' of each cell of gamma
  vector[N_flag_cells] flag_cells_size;  // 'size' of each cell of flag
  // numbers in the declarations
  real<lower=0> s_sigma;
  real<lower=0> c_sigma;
  real<lower=0> a_sigma;
  real<lower=0> spread_alpha;
  real<lower=0> spread_beta;
  real<lower=0> cut_sigma;
  vector<lower=0, upper=1>[K_chosen_theta] chosen_theta;
}
parameters {
  real<lower=0> s;
  real c;
  vector[N_school] a;
  vector<lower=0>[N_school] spread;
  ordered[K_threshold] cut;
}
model {
  // s ~ HalfNormal(1)
  target += normal_lpdf(s | 0, s_sigma) + log2();
  // c ~ Normal(0, 1)
  target += normal_lpdf(c | 0, c_sigma);
  // a ~ Normal(0, 1), over school
  target += normal_lpdf(a | 0, a_sigma);
  // spread ~ Gamma(2, 2), over school
  target += gamma_lpdf(spread | spread_alpha, spread_beta);
  // cut ~ Normal(0, 2), over threshold, ordered
  target += normal_lpdf(cut | 0, cut_sigma);
  // y ~ Normal(eta, s), observed  (rows in cells)
  target += normal_cells_lpdf(y_mean | y_n, y_squares, a[y_cells_school] + c * y_cells_size, s);
  // y2 ~ Normal(a, spread), observed  (rows in cells)
  target += normal_cells_lpdf(y2_mean | y2_n, y2_squares, a[y2_cells_school], spread[y2_cells_school]);
  // positive ~ LogNormal(eta, s), observed, weights times  (rows in cells)
  target += normal_cells_lpdf(positive_mean | positive_n, positive_squares, a[positive_cells_school] + c * positive_cells_size, s) + positive_constant;
  // waited ~ Exponential(log=a), observed as positive  (rows in cells)
  {
    vector[N_waited_cells] waited_argument_1 = -a[waited_cells_school];
    target += exponential_log_cells_lpdf(waited_total | waited_n, waited_argument_1);
  }
  // lasted ~ Exponential(exp(a) + 1), observed as positive  (rows in cells)
  {
    vector[N_lasted_cells] lasted_beta = exp(a[lasted_cells_school]) + 1;
    target += exponential_cells_lpdf(lasted_total | lasted_n, lasted_beta);
  }
  // gamma ~ Gamma(log=eta, shape=s), observed as positive  (rows in cells)
  {
    vector[N_gamma_cells] gamma_argument_2 = s * exp(-(a[gamma_cells_school] + c * gamma_cells_size));
    target += gamma_cells_lpdf(gamma_total | gamma_n, gamma_log_total, s, gamma_argument_2);
  }
  // gammas ~ InverseGamma(spread, exp(a)), observed as positive  (rows in cells)
  {
    vector[N_gammas_cells] gammas_beta = exp(a[gammas_cells_school]);
    target += gamma_cells_lpdf(gammas_total | gammas_n, gammas_log_total, spread[gammas_cells_school], gammas_beta) + gammas_constant;
  }
  // share ~ Beta(logit=a, concentration=s), observed  (rows in cells)
  {
    vector[N_share_cells] share_argument_1 = inv_logit(a[share_cells_school]) * s;
    vector[N_share_cells] share_argument_2 = inv_logit(-a[share_cells_school]) * s;
    target += beta_cells_lpdf(share_log_total | share_n, share_log1m_total, share_argument_1, share_argument_2);
  }
  // flag ~ Bernoulli(logit=eta), observed  (rows in cells)
  {
    vector[N_flag_cells] flag_logit = a[flag_cells_school] + c * flag_cells_size;
    target += binomial_logit_cells_lpdf(flag_successes | flag_trials, flag_logit);
  }
  // probit ~ Bernoulli(Phi(a)), observed as flag  (rows in cells)
  {
    vector[N_probit_cells] probit_theta = Phi(a[probit_cells_school]);
    target += binomial_cells_lpdf(probit_successes | probit_trials, probit_theta);
  }
  // count ~ Binomial(data("trials"), logit=a), observed  (rows in cells)
  {
    vector[N_count_cells] count_logit = a[count_cells_school];
    target += binomial_logit_cells_lpdf(count_successes | count_trials, count_logit) + count_constant;
  }
  // rate ~ Poisson(log=a + log(data("se"))), observed as count  (rows in cells)
  {
    vector[N_rate_cells] rate_log = a[rate_cells_school];
    target += poisson_log_cells_lpdf(rate_total | rate_exposure, rate_log) + rate_constant;
  }
  // rates ~ Poisson(1 + square(a)), observed as count  (rows in cells)
  {
    vector[N_rates_cells] rates_rate = 1 + square(a[rates_cells_school]);
    target += poisson_cells_lpdf(rates_total | rates_exposure, rates_rate) + rates_constant;
  }
  // counts ~ NegBinomial(log=a, shape=s), observed as count  (rows in cells)
  target += neg_binomial_2_log_cells_lpdf(counts_total | counts_n, counts_values, counts_counts, a[counts_cells_school], s);
  // choice ~ Categorical(logit=[0, a, c]), observed  (rows in cells)
  {
    matrix[N_choice_cells, 3] choice_logit;
    choice_logit[, 1] = rep_vector(0, N_choice_cells);
    choice_logit[, 2] = a[choice_cells_school];
    choice_logit[, 3] = rep_vector(c, N_choice_cells);
    target += categorical_logit_cells_lpdf(choice_counts | choice_logit);
  }
  // chosen ~ Categorical([0.2, 0.3, 0.5]), observed as choice  (rows in cells)
  {
    matrix[N_chosen_cells, K_chosen_theta] chosen_theta_2;
    for (k in 1:K_chosen_theta) {
      chosen_theta_2[, k] = rep_vector(chosen_theta[k], N_chosen_cells);
    }
    target += categorical_cells_lpdf(chosen_counts | chosen_theta_2);
  }
  // answer ~ OrderedLogistic(a, cut), observed as choice  (rows in cells)
  {
    vector[N_answer_cells] answer_eta = a[answer_cells_school];
    target += ordered_logistic_cells_lpdf(answer_counts | answer_eta, cut);
  }
}
