// Rents
// Log rents by size, age and heating of flats, in streets that differ.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_street;  // units of street
  int<lower=0> K_X;  // components of X
  int<lower=0> K_heating;  // components of heating
  array[N] int<lower=1, upper=N_street> street;  // the street of each row
  vector[N] log_rent;  // observed
  vector[N] size;  // 'size' of each row
  vector[N] age;  // 'age' of each row
  matrix[N, K_X] X;  // the columns of X for each row
  matrix[N, K_heating] heating;  // the columns of heating for each row
  // numbers in the declarations
  real<lower=0> b_sigma;
  real<lower=0> by_heating_sigma;
  real<lower=0> size_by_age_sigma;
  real base_mu;
  real<lower=0> base_sigma;
  vector[K_X] base_at_b;
  vector[K_heating] base_at_by_heating;
  real base_at_size_by_age;
  real<lower=0> street_sd_sigma;
  real<lower=0> noise_sigma;
  vector[K_X] of_street_at_b;
  vector[K_heating] of_street_at_by_heating;
  real of_street_at_size_by_age;
}
transformed data {
  matrix[N, K_X + K_heating + 1] log_rent_columns = append_col(append_col(X, heating), size .* age);
}
parameters {
  real base_at_means;
  real<lower=0> street_sd;
  vector[K_X] b;
  vector[K_heating] by_heating;
  real size_by_age;
  real<lower=0> noise;
  vector[N_street] of_street_at_means;
}
transformed parameters {
  real base = base_at_means - (dot_product(base_at_b, b) + dot_product(base_at_by_heating, by_heating) + base_at_size_by_age * size_by_age);
  vector[N_street] of_street = of_street_at_means - (dot_product(of_street_at_b, b) + dot_product(of_street_at_by_heating, by_heating) + of_street_at_size_by_age * size_by_age);
}
model {
  // base ~ Normal(6, 2)
  target += normal_lpdf(base | base_mu, base_sigma);
  // street_sd ~ HalfNormal(1)
  target += normal_lpdf(street_sd | 0, street_sd_sigma) + log2();
  // b ~ Normal(0, 1), over X
  target += normal_lpdf(b | 0, b_sigma);
  // by_heating ~ Normal(0, 1), over heating
  target += normal_lpdf(by_heating | 0, by_heating_sigma);
  // size_by_age ~ Normal(0, 1)
  target += normal_lpdf(size_by_age | 0, size_by_age_sigma);
  // noise ~ HalfNormal(1)
  target += normal_lpdf(noise | 0, noise_sigma) + log2();
  // of_street ~ Normal(base, street_sd), over street
  target += normal_lpdf(of_street | base, street_sd);
  // log_rent ~ Normal(of_street + b @ X + by_heating @ heating + interaction, noise), observed
  target += normal_id_glm_lpdf(log_rent | log_rent_columns, of_street[street], append_row(append_row(b, by_heating), [size_by_age]'), noise);
}
