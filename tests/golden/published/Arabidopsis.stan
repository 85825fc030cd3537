// Arabidopsis
// total.fruits ~ nutrient * amd + rack + status + (1 | reg / popu / gen), negbin
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
  // Sums of n counts in cells; `counts` says how often each of `values` occurs in all cells together.
  real neg_binomial_2_log_cells_lpdf(vector total, vector n, vector values, vector counts, vector log_mu,
                                     real phi) {
    vector[size(n)] odds = log_mu - log(phi);
    return dot_product(counts, lchoose(values + phi - 1, values)) - dot_product(total, log1p_exp(-odds))
           - phi * dot_product(n, log1p_exp(odds));
  }
}
data {
  int<lower=0> N_reg;  // units of reg
  int<lower=0> N_popu;  // units of popu
  int<lower=0> N_gen;  // units of gen
  int<lower=0> N_fruits_cells;  // cells of fruits
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> fruits_distinct;  // distinct values of fruits
  array[N_popu] int<lower=1, upper=N_reg> popu_reg;  // the reg of each popu
  array[N_gen] int<lower=1, upper=N_reg> gen_reg;  // the reg of each gen
  array[N_gen] int<lower=1, upper=N_popu> gen_popu;  // the popu of each gen
  array[N_fruits_cells] int<lower=1, upper=N_reg> fruits_cells_reg;  // the reg of each cell of fruits
  array[N_fruits_cells] int<lower=1, upper=N_popu> fruits_cells_popu;  // the popu of each cell of fruits
  array[N_fruits_cells] int<lower=1, upper=N_gen> fruits_cells_gen;  // the gen of each cell of fruits
  vector[N_fruits_cells] fruits_total;  // sum of each cell of fruits
  vector[N_fruits_cells] fruits_n;  // rows of each cell of fruits
  vector[fruits_distinct] fruits_values;  // the values that occur
  vector[fruits_distinct] fruits_counts;  // how often each value occurs
  matrix[N_fruits_cells, K_b_covariates] fruits_cells_b_covariates;  // the columns of b_covariates for each cell of fruits
  real<lower=0> R_sigma_pilot_size;  // about how large R_sigma is
  vector<lower=0, upper=1>[N_reg] R_pilot_weight;  // how far each reg is centred
  real<lower=0> R_pilot_scale;  // about how large the scale of R is
  vector<lower=0, upper=1>[N_popu] P_pilot_weight;  // how far each popu is centred
  real<lower=0> P_pilot_scale;  // about how large the scale of P is
  real<lower=0> G_sigma_pilot_size;  // about how large G_sigma is
  vector<lower=0, upper=1>[N_gen] G_pilot_weight;  // how far each gen is centred
  real<lower=0> G_pilot_scale;  // about how large the scale of G is
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  real<lower=0> R_sigma_sigma;
  vector[K_b_covariates] R_at_b;
  real<lower=0> P_sigma_sigma;
  real<lower=0> G_sigma_sigma;
  real<lower=0> fruits_shape_alpha;
  real<lower=0> fruits_shape_beta;
}
parameters {
  vector[K_b_covariates] b_raw;
  real R_sigma_soft;
  vector<multiplier=R_pilot_scale>[N_reg] R_between;
  real<lower=0> P_sigma;
  vector<multiplier=P_pilot_scale>[N_popu] P_between;
  real G_sigma_soft;
  vector<multiplier=G_pilot_scale>[N_gen] G_between;
  real<lower=0> fruits_shape;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  real R_sigma = softened(R_sigma_soft, R_sigma_pilot_size);
  vector[N_reg] R = exp((1 - R_pilot_weight) * log(R_sigma / R_pilot_scale)) .* (R_between - R_pilot_weight * dot_product(R_at_b, b));
  vector[N_popu] P = exp((1 - P_pilot_weight) * log(P_sigma / P_pilot_scale)) .* (P_between - P_pilot_weight .* R[popu_reg]);
  real G_sigma = softened(G_sigma_soft, G_sigma_pilot_size);
  vector[N_gen] G = exp((1 - G_pilot_weight) * log(G_sigma / G_pilot_scale)) .* (G_between - G_pilot_weight .* (R[gen_reg] + P[gen_popu]));
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // R_sigma ~ HalfNormal()
  target += normal_lpdf(R_sigma | 0, R_sigma_sigma) + log2();
  target += log_slope_softened(R_sigma_soft, R_sigma_pilot_size);
  // R ~ Normal(0, R_sigma), over reg
  target += normal_lpdf(R_between | R_pilot_weight * dot_product(R_at_b, b), R_pilot_scale * exp(R_pilot_weight * log(R_sigma / R_pilot_scale)));
  // P_sigma ~ HalfNormal()
  target += normal_lpdf(P_sigma | 0, P_sigma_sigma) + log2();
  // P ~ Normal(0, P_sigma), over popu
  target += normal_lpdf(P_between | P_pilot_weight .* R[popu_reg], P_pilot_scale * exp(P_pilot_weight * log(P_sigma / P_pilot_scale)));
  // G_sigma ~ HalfNormal()
  target += normal_lpdf(G_sigma | 0, G_sigma_sigma) + log2();
  target += log_slope_softened(G_sigma_soft, G_sigma_pilot_size);
  // G ~ Normal(0, G_sigma), over gen
  target += normal_lpdf(G_between | G_pilot_weight .* (R[gen_reg] + P[gen_popu]), G_pilot_scale * exp(G_pilot_weight * log(G_sigma / G_pilot_scale)));
  // fruits_shape ~ Gamma(alpha=2)
  target += gamma_lpdf(fruits_shape | fruits_shape_alpha, fruits_shape_beta);
  // fruits ~ NegBinomial(log=b @ b_covariates + R + P + G, shape=fruits_shape), observed as total.fruits  (rows in cells)
  target += neg_binomial_2_log_cells_lpdf(fruits_total | fruits_n, fruits_values, fruits_counts, fruits_cells_b_covariates * b + R[fruits_cells_reg] + P[fruits_cells_popu] + G[fruits_cells_gen], fruits_shape);
}
