// Primates
// B ~ MVN(a + bM * M + bG * G, s * V), V from the phylogeny
data {
  int<lower=0> N;  // rows
  int<lower=0> K_tree;  // components of tree
  int<lower=0> K_a_b_covariates;  // components of a_b_covariates
  vector[N] B;  // observed
  matrix[N, K_a_b_covariates] a_b_covariates;  // the columns of a_b_covariates for each row
  matrix[N, K_tree] tree;  // the columns of tree for each row
  // numbers in the declarations
  real<lower=0> s_sigma;
  vector[K_a_b_covariates] a_b_mu;
  vector[K_a_b_covariates] a_b_first;
  vector[K_a_b_covariates] a_b_at_a_b;
  vector[K_tree] a_b_at_z;
  vector<lower=0>[K_a_b_covariates] a_b_sigma;
  real<lower=0> B_sigma_sigma;
}
transformed data {
  matrix[N, K_a_b_covariates + K_tree] B_columns = append_col(a_b_covariates, tree);
}
parameters {
  vector[K_a_b_covariates] a_b_raw;
  real<lower=0> s;
  vector[K_tree] z_raw;
  real<lower=0> B_sigma;
}
transformed parameters {
  vector[K_tree] z = s * z_raw;
  vector[K_a_b_covariates] a_b = a_b_mu + a_b_sigma .* a_b_raw;
  a_b = a_b - a_b_first * (dot_product(a_b_at_a_b, a_b) + dot_product(a_b_at_z, z));
}
model {
  // a_b ~ Normal(), over a_b_covariates
  target += std_normal_lpdf(a_b_raw);
  // s ~ HalfNormal()
  target += normal_lpdf(s | 0, s_sigma) + log2();
  // z ~ Normal(0, s), over tree
  target += std_normal_lpdf(z_raw);
  // B_sigma ~ HalfNormal()
  target += normal_lpdf(B_sigma | 0, B_sigma_sigma) + log2();
  // B ~ Normal(a_b @ a_b_covariates + z @ tree, B_sigma), observed
  target += normal_id_glm_lpdf(B | B_columns, 0, append_row(a_b, z), B_sigma);
}
