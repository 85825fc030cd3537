// Phylogeny
// phen ~ cofactor + (1 | gr(phylo, cov = A)) + (1 | species)
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
  // Log density of n normal residuals with this sum of squares, but for the constant of the normal density.
  real normal_residuals(real n, real squares, real sd) {
    return -n * log(sd) - 0.5 * squares / square(sd);
  }
  // The share of each unit's deviation that is left unexplained by an effect of this sd, given the data's
  // information about it: 1 / (1 + sd^2 information).
  vector shares_left(vector information, real sd) {
    return inv(1 + square(sd) * information);
  }
  // What integrating normal effects of this sd out adds to the log density, with `kept` their `shares_left`.
  real normal_effects(vector score, vector kept, real sd) {
    return 0.5 * (sum(log(kept)) + square(sd) * dot_product(kept, square(score)));
  }
}
data {
  int<lower=0> N_species;  // units of species
  int<lower=0> K_A;  // components of A
  real phen_rows;  // number of rows of phen
  real phen_constant;  // constant in the log density of phen
  real phen_squares;  // sum of squares about the least-squares fit of phen
  vector[N_species] phen_information;  // by unit, products of the columns of effects of phen
  vector[N_species] phen_score;  // by unit, columns of effects times the residuals of phen
  vector[K_A + 2] phen_at;  // least-squares coefficients of the mean of phen
  matrix[K_A + 2, K_A + 2] phen_root;  // root of the cross-products of the columns of coefficients of phen
  matrix[N_species, K_A + 2] phen_cross;  // by unit, columns of effects times those of coefficients of phen
  vector<lower=0, upper=1>[K_A] phylo_pilot_weight;  // how far each coefficient is centred
  vector<lower=0>[K_A] phylo_pilot_scale;  // about how large the scale of phylo is
  real<lower=0> S_sigma_pilot_size;  // about how large S_sigma is
  // numbers in the declarations
  real b_mu;
  real<lower=0> b_sigma;
  real<lower=0> phylo_sd_sigma;
  real a_mu;
  real a_at_b;
  vector[K_A] a_at_phylo;
  real<lower=0> a_sigma;
  real<lower=0> S_sigma_sigma;
  real<lower=0> phen_sigma_sigma;
}
parameters {
  real a_raw;
  real<multiplier=b_sigma> b;
  real<lower=0> phylo_sd;
  vector<multiplier=phylo_pilot_scale>[K_A] phylo_between;
  real S_sigma_soft;
  real<lower=0> phen_sigma;
}
transformed parameters {
  vector[K_A] phylo = exp((1 - phylo_pilot_weight) .* log(phylo_sd ./ phylo_pilot_scale)) .* phylo_between;
  real a = a_mu - a_at_b * b - dot_product(a_at_phylo, phylo) + a_sigma * a_raw;
  real S_sigma = softened(S_sigma_soft, S_sigma_pilot_size);
}
model {
  // a ~ Normal()
  target += std_normal_lpdf(a_raw);
  // b ~ Normal()
  target += normal_lpdf(b | b_mu, b_sigma);
  // phylo_sd ~ HalfNormal(10)
  target += normal_lpdf(phylo_sd | 0, phylo_sd_sigma) + log2();
  // phylo ~ Normal(0, phylo_sd), over A
  target += normal_lpdf(phylo_between | 0, phylo_pilot_scale .* exp(phylo_pilot_weight .* log(phylo_sd ./ phylo_pilot_scale)));
  // S_sigma ~ HalfNormal()
  target += normal_lpdf(S_sigma | 0, S_sigma_sigma) + log2();
  target += log_slope_softened(S_sigma_soft, S_sigma_pilot_size);
  // phen_sigma ~ HalfNormal()
  target += normal_lpdf(phen_sigma | 0, phen_sigma_sigma) + log2();
  // phen ~ Normal(S + b * data("cofactor") + phylo @ A, phen_sigma), observed
  // with S ~ Normal(a, S_sigma), over species integrated out
  // S comes back by exact draws, given the draws here
  {
    vector[K_A + 2] phen_deviation = append_row(append_row([b]', phylo), [a]') - phen_at;
    target += normal_residuals(phen_rows, phen_squares + dot_self(phen_root * phen_deviation), phen_sigma) + phen_constant;
    vector[N_species] S_information = phen_information / square(phen_sigma);
    vector[N_species] S_score = (phen_score - phen_cross * phen_deviation) / square(phen_sigma);
    vector[N_species] S_kept = shares_left(S_information, S_sigma);
    target += normal_effects(S_score, S_kept, S_sigma);
  }
}
