// Heating
// utility = constant[system] + i * installation cost + o * operating cost
// system ~ categorical(softmax(utility))
data {
  int<lower=0> N;  // rows
  array[N] int<lower=1> system;  // observed
  vector[N] ic_gc;  // 'ic_gc' of each row
  vector[N] oc_gc;  // 'oc_gc' of each row
  vector[N] ic_gr;  // 'ic_gr' of each row
  vector[N] oc_gr;  // 'oc_gr' of each row
  vector[N] ic_ec;  // 'ic_ec' of each row
  vector[N] oc_ec;  // 'oc_ec' of each row
  vector[N] ic_er;  // 'ic_er' of each row
  vector[N] oc_er;  // 'oc_er' of each row
  vector[N] ic_hp;  // 'ic_hp' of each row
  vector[N] oc_hp;  // 'oc_hp' of each row
  // numbers in the declarations
  real i_mu;
  real<lower=0> i_sigma;
  real o_mu;
  real<lower=0> o_sigma;
  real gr_mu;
  real gr_at_i;
  real gr_at_o;
  real<lower=0> gr_sigma;
  real ec_mu;
  real ec_at_i;
  real ec_at_o;
  real<lower=0> ec_sigma;
  real er_mu;
  real er_at_i;
  real er_at_o;
  real<lower=0> er_sigma;
  real hp_mu;
  real hp_at_i;
  real hp_at_o;
  real<lower=0> hp_sigma;
}
transformed data {
  matrix[N, 10] system_columns = append_col(append_col(append_col(append_col(append_col(append_col(append_col(append_col(append_col(ic_gc, oc_gc), ic_gr), oc_gr), ic_ec), oc_ec), ic_er), oc_er), ic_hp), oc_hp);
}
parameters {
  real gr_raw;
  real ec_raw;
  real er_raw;
  real hp_raw;
  real<multiplier=i_sigma> i;
  real<multiplier=o_sigma> o;
}
transformed parameters {
  real gr = gr_mu - gr_at_i * i - gr_at_o * o + gr_sigma * gr_raw;
  real ec = ec_mu - ec_at_i * i - ec_at_o * o + ec_sigma * ec_raw;
  real er = er_mu - er_at_i * i - er_at_o * o + er_sigma * er_raw;
  real hp = hp_mu - hp_at_i * i - hp_at_o * o + hp_sigma * hp_raw;
}
model {
  // gr ~ Normal()
  target += std_normal_lpdf(gr_raw);
  // ec ~ Normal()
  target += std_normal_lpdf(ec_raw);
  // er ~ Normal()
  target += std_normal_lpdf(er_raw);
  // hp ~ Normal()
  target += std_normal_lpdf(hp_raw);
  // i ~ Normal()
  target += normal_lpdf(i | i_mu, i_sigma);
  // o ~ Normal()
  target += normal_lpdf(o | o_mu, o_sigma);
  // system ~ Categorical(logit=[i * data("ic_gc") + o * data("oc_gc"), i * data("ic_gr") + o * data("oc_gr") + gr, i * data("ic_ec") + o * data("oc_ec") + ec, i * data("ic_er") + o * data("oc_er") + er, i * data("ic_hp") + o * data("oc_hp") + hp]), observed
  target += categorical_logit_glm_lpmf(system | system_columns, [0, gr, ec, er, hp]', [[i, 0, 0, 0, 0], [o, 0, 0, 0, 0], [0, i, 0, 0, 0], [0, o, 0, 0, 0], [0, 0, i, 0, 0], [0, 0, o, 0, 0], [0, 0, 0, i, 0], [0, 0, 0, o, 0], [0, 0, 0, 0, i], [0, 0, 0, 0, o]]);
}
