// Primates
// B ~ MVN(a + bM * M + bG * G, s * V), V from the phylogeny
functions {
  // Numbers whose covariance has this Cholesky factor, group by group, from independent ones.
  vector correlated(vector z, matrix root) {
    int n = rows(root);
    if (num_elements(z) == n) {
      return root * z;
    }
    return to_vector(root * to_matrix(z, n, num_elements(z) %/% n));
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_species;  // units of species
  int<lower=0> K_a_b_covariates;  // components of a_b_covariates
  array[N] int<lower=1, upper=N_species> species;  // the species of each row
  vector[N] B;  // observed
  matrix[N, K_a_b_covariates] a_b_covariates;  // the columns of a_b_covariates for each row
  matrix[N_species, N_species] V_root;  // Cholesky factor of the matrix V
  // numbers in the declarations
  vector[K_a_b_covariates] a_b_mu;
  vector[K_a_b_covariates] a_b_first;
  vector[K_a_b_covariates] a_b_at_a_b;
  vector<lower=0>[K_a_b_covariates] a_b_sigma;
  real<lower=0> tree_sigma_sigma;
  real<lower=0> B_sigma_sigma;
}
parameters {
  vector[K_a_b_covariates] a_b_raw;
  real<lower=0> tree_sigma;
  vector[N_species] tree_raw;
  real<lower=0> B_sigma;
}
transformed parameters {
  vector[K_a_b_covariates] a_b = a_b_mu + a_b_sigma .* a_b_raw;
  a_b = a_b - a_b_first * dot_product(a_b_at_a_b, a_b);
  vector[N_species] tree = tree_sigma * correlated(tree_raw, V_root);
}
model {
  // a_b ~ Normal(), over a_b_covariates
  target += std_normal_lpdf(a_b_raw);
  // tree_sigma ~ HalfNormal()
  target += normal_lpdf(tree_sigma | 0, tree_sigma_sigma) + log2();
  // tree ~ Normal(0, tree_sigma), over species, correlated by V
  target += std_normal_lpdf(tree_raw);
  // B_sigma ~ HalfNormal()
  target += normal_lpdf(B_sigma | 0, B_sigma_sigma) + log2();
  // B ~ Normal(a_b @ a_b_covariates + tree, B_sigma), observed
  target += normal_id_glm_lpdf(B | a_b_covariates, tree[species], a_b, B_sigma);
}
