// Phylogeny
// phen ~ cofactor + (1 | gr(phylo, cov = A)) + (1 | species)
functions {
  // Numbers whose covariance has this Cholesky factor, group by group, from independent ones.
  vector correlated(vector z, matrix root) {
    int n = rows(root);
    if (num_elements(z) == n) {
      return root * z;
    }
    return to_vector(root * to_matrix(z, n, num_elements(z) %/% n));
  }
  // Log density of n normal residuals with this sum of squares, but for the constant of the normal density.
  real normal_residuals(real n, real squares, real sd) {
    return -n * log(sd) - 0.5 * squares / square(sd);
  }
  // What is added to a sum of squares of residuals where what rows look up moves by d: of each unit, `weight` is the
  // sum of the weights of its rows, and `score` that of their residuals before.
  real moved_squares(vector d, vector weight, vector score) {
    return dot_product(d, weight .* d - 2 * score);
  }
  // For every unit, the sum of what its rows look up in x, each times its weight (nothing where all are 1). Units
  // that look up as many stand together: `sizes` has how many they look up, and how many units there are; first
  // come the first look-ups of all of these, then the second ones. `place` is that of each unit among them.
  vector looked_up_sums(vector x, array[] int looked_up, vector weight, array[,] int sizes, array[] int place) {
    vector[size(place)] sums;
    int before = 0;
    int units = 0;
    for (k in 1:size(sizes)) {
      int many = sizes[k, 1];
      int n = sizes[k, 2];
      int end = before + many * n;
      if (many == 0) {
        sums[(units + 1):(units + n)] = rep_vector(0, n);
      } else if (num_elements(weight) == 0) {
        sums[(units + 1):(units + n)] = to_matrix(x[looked_up[(before + 1):end]], n, many) * rep_vector(1, many);
      } else {
        sums[(units + 1):(units + n)]
          = to_matrix(weight[(before + 1):end] .* x[looked_up[(before + 1):end]], n, many) * rep_vector(1, many);
      }
      before = end;
      units += n;
    }
    return sums[place];
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
  int<lower=0> K_ab_covariates;  // components of ab_covariates
  real phen_rows;  // number of rows of phen
  real phen_constant;  // constant in the log density of phen
  real phen_squares;  // sum of squares about the least-squares fit of phen
  vector[N_species] phen_information;  // by unit, products of the columns of effects of phen
  vector[N_species] phen_score;  // by unit, columns of effects times the residuals of phen
  vector[K_ab_covariates] phen_at;  // least-squares coefficients of the mean of phen
  matrix[K_ab_covariates, K_ab_covariates] phen_root;  // root of the cross-products of the columns of coefficients of phen
  matrix[N_species, K_ab_covariates] phen_cross;  // by unit, columns of effects times those of coefficients of phen
  vector[N_species] phen_species_at;  // where sums are taken of what phen looks up by species, near the least-squares fit
  vector[N_species] phen_species_weight;  // sums of the weights of the rows of phen by species
  vector[N_species] phen_species_score;  // sums of the residuals of phen by species
  matrix[N_species, K_ab_covariates] phen_species_cross;  // sums of the columns of coefficients of phen by species
  int<lower=0> phen_species_species_entries;  // look-ups
  int<lower=0> phen_species_species_weighed;  // look-ups that are weighed
  int<lower=0> phen_species_species_groups;  // different numbers of look-ups
  array[phen_species_species_entries] int<lower=1, upper=N_species> phen_species_species_columns;  // the species that each species looks up in the rows of phen
  vector[phen_species_species_weighed] phen_species_species_weights;  // what these are multiplied by; nothing where all by 1
  array[phen_species_species_groups, 2] int<lower=0> phen_species_species_sizes;  // how many look-ups, and how many of species have as many
  array[N_species] int<lower=1, upper=N_species> phen_species_species_place;  // where each species stands among these
  matrix[N_species, N_species] A_root;  // Cholesky factor of the matrix A
  // numbers in the declarations
  vector[K_ab_covariates] ab_mu;
  vector[K_ab_covariates] ab_first;
  vector[K_ab_covariates] ab_at_ab;
  vector<lower=0>[K_ab_covariates] ab_sigma;
  real<lower=0> phylo_sigma_sigma;
  real<lower=0> S_sigma_sigma;
  real<lower=0> phen_sigma_sigma;
}
parameters {
  vector[K_ab_covariates] ab_raw;
  real<lower=0> phylo_sigma;
  vector[N_species] phylo_raw;
  real<lower=0> S_sigma;
  real<lower=0> phen_sigma;
}
transformed parameters {
  vector[K_ab_covariates] ab = ab_mu + ab_sigma .* ab_raw;
  ab = ab - ab_first * dot_product(ab_at_ab, ab);
  vector[N_species] phylo = phylo_sigma * correlated(phylo_raw, A_root);
}
model {
  // ab ~ Normal(), over ab_covariates
  target += std_normal_lpdf(ab_raw);
  // phylo_sigma ~ HalfNormal()
  target += normal_lpdf(phylo_sigma | 0, phylo_sigma_sigma) + log2();
  // phylo ~ Normal(0, phylo_sigma), over species, correlated by A
  target += std_normal_lpdf(phylo_raw);
  // S_sigma ~ HalfNormal()
  target += normal_lpdf(S_sigma | 0, S_sigma_sigma) + log2();
  // phen_sigma ~ HalfNormal()
  target += normal_lpdf(phen_sigma | 0, phen_sigma_sigma) + log2();
  // phen ~ Normal(ab @ ab_covariates + phylo + S, phen_sigma), observed
  // with S ~ Normal(0, S_sigma), over species integrated out
  // S comes back by exact draws, given the draws here
  {
    vector[K_ab_covariates] phen_deviation = ab - phen_at;
    vector[N_species] phen_species_moved = phylo - phen_species_at;
    vector[N_species] phen_species_left = phen_species_score - phen_species_cross * phen_deviation;
    target += normal_residuals(phen_rows, phen_squares + dot_self(phen_root * phen_deviation) + moved_squares(phen_species_moved, phen_species_weight, phen_species_left), phen_sigma) + phen_constant;
    vector[N_species] S_information = phen_information / square(phen_sigma);
    vector[N_species] S_score = (phen_score - phen_cross * phen_deviation - looked_up_sums(phen_species_moved, phen_species_species_columns, phen_species_species_weights, phen_species_species_sizes, phen_species_species_place)) / square(phen_sigma);
    vector[N_species] S_kept = shares_left(S_information, S_sigma);
    target += normal_effects(S_score, S_kept, S_sigma);
  }
}
