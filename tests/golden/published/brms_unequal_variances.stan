// UnequalVariances
// rating ~ belief, disc ~ 0 + belief, cumulative(probit)
functions {
  // One of the categories into which cutpoints cut a variable that is `scale` times as wide as the standard one.
  real ordered_probit_scaled_lpmf(int y, real eta, vector cutpoints, real scale) {
    return ordered_probit_lpmf(y | eta / scale, cutpoints / scale);
  }

}
data {
  int<lower=0> N_rating_cells;  // cells of rating
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_cut_index;  // components of cut_index
  int<lower=0> K_log_sd_covariates;  // components of log_sd_covariates
  array[N_rating_cells] int<lower=1> rating;  // observed, of each cell of rating
  vector<lower=0>[N_rating_cells] rating_counts;  // rows in each cell of rating
  matrix[N_rating_cells, K_b_covariates] rating_cells_b_covariates;  // the columns of b_covariates for each cell of rating
  matrix[N_rating_cells, K_log_sd_covariates] rating_cells_log_sd_covariates;  // the columns of log_sd_covariates for each cell of rating
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector<lower=0>[K_b_covariates] b_sigma;
  vector[K_cut_index] cut_mu;
  vector[K_b_covariates] cut_at_b;
  vector<lower=0>[K_cut_index] cut_sigma;
  vector[K_log_sd_covariates] log_sd_mu;
  vector<lower=0>[K_log_sd_covariates] log_sd_sigma;
}
parameters {
  ordered[K_cut_index] cut;
  vector<multiplier=b_sigma>[K_b_covariates] b;
  vector<multiplier=log_sd_sigma>[K_log_sd_covariates] log_sd;
}
model {
  // cut ~ Normal(), over cut_index, ordered
  target += normal_lpdf(cut | cut_mu - dot_product(cut_at_b, b), cut_sigma);
  // b ~ Normal(), over b_covariates
  target += normal_lpdf(b | b_mu, b_sigma);
  // log_sd ~ Normal(), over log_sd_covariates
  target += normal_lpdf(log_sd | log_sd_mu, log_sd_sigma);
  // rating ~ OrderedProbit(eta=b @ b_covariates, cutpoints=cut, scale=exp(log_sd @ log_sd_covariates)), observed  (rows in cells)
  {
    vector[N_rating_cells] rating_eta = rating_cells_b_covariates * b;
    vector[N_rating_cells] rating_scale = exp(rating_cells_log_sd_covariates * log_sd);
    for (n in 1:N_rating_cells) {
      target += rating_counts[n] * ordered_probit_scaled_lpmf(rating[n] | rating_eta[n], cut, rating_scale[n]);
    }
  }
}
