// Donations
// amount ~ x + (1 | site), hu ~ x + (1 | site), hurdle_lognormal
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
  // Rows in cells of n rows with a mean; `squares` are those of the rows about the means of their cells.
  real normal_cells_lpdf(vector mean, vector n, real squares, vector mu, real sigma) {
    return -(squares + dot_product(n, square(mean - mu))) / (2 * square(sigma))
           - sum(n) * (log(sigma) + 0.5 * log(2 * pi()));
  }
  real normal_cells_lpdf(vector mean, vector n, vector squares, vector mu, vector sigma) {
    return -0.5 * sum((squares + n .* square(mean - mu)) ./ square(sigma)) - dot_product(n, log(sigma))
           - 0.5 * sum(n) * log(2 * pi());
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_site;  // units of site
  int<lower=0> N_amount_cells;  // cells of amount
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_c_covariates;  // components of c_covariates
  array[N] int<lower=1, upper=N_site> site;  // the site of each row
  array[N_amount_cells] int<lower=1, upper=N_site> amount_cells_site;  // the site of each cell of amount
  array[N] int<lower=0, upper=1> none;  // observed
  vector[N_amount_cells] amount_mean;  // mean of the logarithms of each cell of amount
  vector[N_amount_cells] amount_n;  // rows of each cell of amount
  real amount_squares;  // sum of squares of the logarithms about the mean, of all cells of amount
  real amount_constant;  // what no argument changes
  matrix[N, K_c_covariates] c_covariates;  // the columns of c_covariates for each row
  matrix[N_amount_cells, K_b_covariates] amount_cells_b_covariates;  // the columns of b_covariates for each cell of amount
  vector<lower=0, upper=1>[N_site] A_pilot_weight;  // how far each site is centred
  real<lower=0> A_pilot_scale;  // about how large the scale of A is
  real<lower=0> H_sigma_pilot_size;  // about how large H_sigma is
  vector<lower=0, upper=1>[N_site] H_pilot_weight;  // how far each site is centred
  real<lower=0> H_pilot_scale;  // about how large the scale of H is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  vector[K_c_covariates] c_mu;
  vector[K_c_covariates] c_first;
  vector[K_c_covariates] c_at_c;
  vector<lower=0>[K_c_covariates] c_sigma;
  real<lower=0> A_sigma_sigma;
  real<lower=0> H_sigma_sigma;
  real<lower=0> amount_sigma_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  vector[K_c_covariates] c_raw;
  real<lower=0> A_sigma;
  vector<multiplier=A_pilot_scale>[N_site] A_between;
  real H_sigma_soft;
  vector<multiplier=H_pilot_scale>[N_site] H_between;
  real<lower=0> amount_sigma;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[K_c_covariates] c = c_mu + c_sigma .* c_raw;
  c = c - c_first * dot_product(c_at_c, c);
  vector[N_site] A = exp((1 - A_pilot_weight) * log(A_sigma / A_pilot_scale)) .* A_between;
  real H_sigma = softened(H_sigma_soft, H_sigma_pilot_size);
  vector[N_site] H = exp((1 - H_pilot_weight) * log(H_sigma / H_pilot_scale)) .* H_between;
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // c ~ Normal(), over c_covariates
  target += std_normal_lpdf(c_raw);
  // A_sigma ~ HalfNormal()
  target += normal_lpdf(A_sigma | 0, A_sigma_sigma) + log2();
  // A ~ Normal(0, A_sigma), over site
  target += normal_lpdf(A_between | 0, A_pilot_scale * exp(A_pilot_weight * log(A_sigma / A_pilot_scale)));
  // H_sigma ~ HalfNormal()
  target += normal_lpdf(H_sigma | 0, H_sigma_sigma) + log2();
  target += log_slope_softened(H_sigma_soft, H_sigma_pilot_size);
  // H ~ Normal(0, H_sigma), over site
  target += normal_lpdf(H_between | 0, H_pilot_scale * exp(H_pilot_weight * log(H_sigma / H_pilot_scale)));
  // none ~ Bernoulli(logit=c @ c_covariates + H), observed
  target += bernoulli_logit_lpmf(none | c_covariates * c + H[site]);
  // amount_sigma ~ HalfNormal()
  target += normal_lpdf(amount_sigma | 0, amount_sigma_sigma) + log2();
  // amount ~ LogNormal(b @ b_covariates + A, amount_sigma), observed, weights some  (rows in cells)
  target += normal_cells_lpdf(amount_mean | amount_n, amount_squares, amount_cells_b_covariates * b + A[amount_cells_site], amount_sigma) + amount_constant;
}
