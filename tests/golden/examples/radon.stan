// Radon
// Log radon in houses, by the floor it was measured on and the county's uranium.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_county;  // units of county
  array[N] int<lower=1, upper=N_county> county;  // the county of each row
  vector[N] log_radon;  // observed
  vector[N_county] county_uranium;  // 'uranium' of each county
  vector[N] floor;  // 'floor' of each row
  // numbers in the declarations
  real<lower=0> base_sigma;
  real<lower=0> uranium_effect_sigma;
  real<lower=0> floor_effect_sigma;
  real<lower=0> county_sd_sigma;
  real<lower=0> house_sd_sigma;
}
parameters {
  real base;
  real uranium_effect;
  real floor_effect;
  real<lower=0> county_sd;
  real<lower=0> house_sd;
  vector[N_county] county_level_raw;
}
transformed parameters {
  vector[N_county] county_level = base + uranium_effect * county_uranium + county_sd * county_level_raw;
}
model {
  // base ~ Normal(0, 5)
  target += normal_lpdf(base | 0, base_sigma);
  // uranium_effect ~ Normal(0, 2)
  target += normal_lpdf(uranium_effect | 0, uranium_effect_sigma);
  // floor_effect ~ Normal(0, 2)
  target += normal_lpdf(floor_effect | 0, floor_effect_sigma);
  // county_sd ~ HalfNormal(1)
  target += normal_lpdf(county_sd | 0, county_sd_sigma) + log2();
  // house_sd ~ HalfNormal(1)
  target += normal_lpdf(house_sd | 0, house_sd_sigma) + log2();
  // county_level ~ Normal(base + uranium_effect * data("uranium"), county_sd), over county
  target += std_normal_lpdf(county_level_raw);
  // log_radon ~ Normal(county_level + floor_effect * data("floor"), house_sd), observed
  target += normal_lpdf(log_radon | county_level[county] + floor_effect * floor, house_sd);
}
