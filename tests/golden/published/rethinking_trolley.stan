// Trolley
// response ~ ordered_logit(bA A + bI I + bC C + bE sum(delta[1:E]), kappa)
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
  int<lower=0> N_response_cells;  // cells of response
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_kappa_index;  // components of kappa_index
  int<lower=0> K_E;  // components of E
  int<lower=0> response_categories;  // categories of response
  matrix[N_response_cells, response_categories] response_counts;  // rows of every category of each cell of response
  matrix[N_response_cells, K_b_covariates] response_cells_b_covariates;  // the columns of b_covariates for each cell of response
  matrix[N_response_cells, K_E] response_cells_E;  // the columns of E for each cell of response
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> bE_sigma;
  vector[K_kappa_index] kappa_mu;
  vector[K_b_covariates] kappa_at_b;
  real kappa_at_bE;
  vector<lower=0>[K_kappa_index] kappa_sigma;
  real<lower=0> delta_alpha;
}
parameters {
  ordered[K_kappa_index] kappa_at_means;
  vector<multiplier=b_sigma>[K_b_covariates] b;
  simplex[K_E] delta;
  real bE;
}
transformed parameters {
  ordered[K_kappa_index] kappa = kappa_at_means - dot_product(kappa_at_b, b);
}
model {
  // kappa ~ Normal(), over kappa_index, ordered
  target += normal_lpdf(kappa | kappa_mu - dot_product(kappa_at_b, b) - kappa_at_bE * bE, kappa_sigma);
  // b ~ Normal(), over b_covariates
  target += normal_lpdf(b | b_mu, b_sigma);
  // delta ~ Dirichlet(2), over E
  target += dirichlet_lpdf(delta | rep_vector(delta_alpha, K_E));
  // bE ~ Normal(0, 1)
  target += normal_lpdf(bE | 0, bE_sigma);
  // response ~ OrderedLogistic(b @ b_covariates + bE * (delta @ E), kappa), observed  (rows in cells)
  {
    vector[N_response_cells] response_eta = response_cells_b_covariates * b + bE * (response_cells_E * delta);
    target += ordered_logistic_cells_lpdf(response_counts | response_eta, kappa);
  }
}
