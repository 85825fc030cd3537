// Correlated
// y ~ ar1(times + 0 | group)
functions {
  // A stationary process with standard deviation 1, from what is new in each value: before[i] is the unit before.
  vector autoregressed(vector z, vector rho, vector gap, array[] int order, array[] int before) {
    vector[num_elements(z)] x = z;
    for (i in order) {
      if (before[i] > 0) {
        real kept = gap[i] == 1 ? rho[i] : rho[i] ^ gap[i];
        x[i] = kept * x[before[i]] + sqrt(1 - square(kept)) * z[i];
      }
    }
    return x;
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_group_times;  // units of group x times
  int<lower=0> N_times;  // units of times
  array[N] int<lower=1, upper=N_group_times> group_times;  // the group and times of each row
  vector[N] y;  // observed
  vector[N_group_times] group_times_gap;  // steps since the unit before, of group x times
  array[N_group_times] int<lower=0, upper=N_group_times> group_times_order;  // units in the order of time, of group x times
  array[N_group_times] int<lower=0, upper=N_group_times> group_times_before;  // the unit before each, 0 for none, of group x times
  // numbers in the declarations
  real a_mu;
  real<lower=0> a_sigma;
  real u_rho_alpha;
  real u_rho_beta;
  real<lower=0> u_sigma_sigma;
  real<lower=0> y_sigma_sigma;
}
parameters {
  real<multiplier=a_sigma> a;
  real<lower=u_rho_alpha, upper=u_rho_beta> u_rho;
  real<lower=0> u_sigma;
  vector[N_group_times] u_raw;
  real<lower=0> y_sigma;
}
transformed parameters {
  vector[N_group_times] u = u_sigma * autoregressed(u_raw, rep_vector(u_rho, N_group_times), group_times_gap, group_times_order, group_times_before);
}
model {
  // a ~ Normal()
  target += normal_lpdf(a | a_mu, a_sigma);
  // u_rho ~ Uniform(-1, 1)
  target += uniform_lpdf(u_rho | u_rho_alpha, u_rho_beta);
  // u_sigma ~ HalfNormal()
  target += normal_lpdf(u_sigma | 0, u_sigma_sigma) + log2();
  // u ~ AR1(u_rho, u_sigma), over group, times
  target += std_normal_lpdf(u_raw);
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(a + u, y_sigma), observed
  target += normal_lpdf(y | a + u[group_times], y_sigma);
}
