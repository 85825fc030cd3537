// Volatility
// change ~ student_t(nu, 0, exp(h)), h a random walk
functions {
  // A random walk with steps of standard deviation 1, from what is new in each value: before[i] is the unit before.
  vector walked(vector z, vector gap, array[] int order, array[] int before) {
    vector[num_elements(z)] x = sqrt(gap) .* z;
    for (i in order) {
      if (before[i] > 0) {
        x[i] += x[before[i]];
      }
    }
    return x;
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_day;  // units of day
  array[N] int<lower=1, upper=N_day> day;  // the day of each row
  vector[N] change;  // observed
  vector[N_day] day_gap;  // steps since the unit before, of day
  array[N_day] int<lower=0, upper=N_day> day_order;  // units in the order of time, of day
  array[N_day] int<lower=0, upper=N_day> day_before;  // the unit before each, 0 for none, of day
  // numbers in the declarations
  real start_mu;
  real<lower=0> start_sigma;
  real<lower=0> h_sigma_sigma;
  real<lower=0> change_nu_alpha;
  real<lower=0> change_nu_beta;
}
parameters {
  real<multiplier=start_sigma> start;
  real<lower=0> h_sigma;
  vector[N_day] h_raw;
  real<lower=0> change_nu;
}
transformed parameters {
  vector[N_day] h = h_sigma * walked(h_raw, day_gap, day_order, day_before);
}
model {
  // start ~ Normal()
  target += normal_lpdf(start | start_mu, start_sigma);
  // h_sigma ~ HalfNormal()
  target += normal_lpdf(h_sigma | 0, h_sigma_sigma) + log2();
  // h ~ RandomWalk(h_sigma), over day
  target += std_normal_lpdf(h_raw);
  // change_nu ~ Gamma(2, 0.1)
  target += gamma_lpdf(change_nu | change_nu_alpha, change_nu_beta);
  // change ~ StudentT(change_nu, 0, exp(start + h)), observed
  target += student_t_lpdf(change | change_nu, 0, exp(start + h[day]));
}
