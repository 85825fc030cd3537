// Wiener
// rt | dec(choice) ~ hard + (1 | person), wiener
functions {
  // A choice and its time: the first passage of a Wiener process through the upper boundary (y above 0) or the
  // lower one (y below 0), by the shorter of two series (Navarro and Fuss 2009).
  real signed_wiener_lpdf(real y, real drift, real boundary, real delay, real bias) {
    real t = abs(y) - delay;
    if (t <= 0 || y == 0) return negative_infinity();
    real v = y > 0 ? -drift : drift;
    real w = y > 0 ? 1 - bias : bias;
    real u = t / square(boundary);
    real alone;
    if (u < 0.4) {
      real total = w + (w - 2) * exp(2 * (w - 1) / u) + (w + 2) * exp(-2 * (1 + w) / u)
                   + (w - 4) * exp(4 * (w - 2) / u) + (w + 4) * exp(-4 * (2 + w) / u);
      alone = log(total) - square(w) / (2 * u) - 1.5 * log(u) - 0.5 * log(2 * pi());
    } else {
      real q = square(pi()) / 2 * u;
      real total = sin(pi() * w) + 2 * exp(-3 * q) * sin(2 * pi() * w) + 3 * exp(-8 * q) * sin(3 * pi() * w)
                   + 4 * exp(-15 * q) * sin(4 * pi() * w);
      alone = log(total) + log(pi()) - q;
    }
    return alone - 2 * log(boundary) - v * boundary * w - square(v) * t / 2;
  }
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
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_person;  // units of person
  int<lower=0> K_X;  // components of X
  array[N] int<lower=1, upper=N_person> person;  // the person of each row
  vector[N] answer;  // observed as 'rt', 'choice'
  matrix[N, K_X] X;  // the columns of X for each row
  real<lower=0> sd_pilot_size;  // about how large sd is
  // numbers in the declarations
  vector[K_X] b_mu;
  vector[K_X] b_first;
  vector[K_X] b_at_b;
  vector<lower=0>[K_X] b_sigma;
  real<lower=0> sd_sigma;
  real<lower=0> answer_boundary_alpha;
  real<lower=0> answer_boundary_beta;
  real answer_delay_alpha;
  real answer_delay_beta;
  real<lower=0, upper=1> answer_bias;
}
parameters {
  vector[K_X] b_raw;
  real sd_soft;
  vector[N_person] own_raw;
  real<lower=0> answer_boundary;
  real<lower=answer_delay_alpha, upper=answer_delay_beta> answer_delay;
}
transformed parameters {
  vector[K_X] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  real sd = softened(sd_soft, sd_pilot_size);
  vector[N_person] own = sd * own_raw;
}
model {
  // b ~ Normal(), over X
  target += std_normal_lpdf(b_raw);
  // sd ~ HalfNormal(1)
  target += normal_lpdf(sd | 0, sd_sigma) + log2();
  target += log_slope_softened(sd_soft, sd_pilot_size);
  // own ~ Normal(0, sd), over person
  target += std_normal_lpdf(own_raw);
  // answer_boundary ~ Gamma(alpha=2)
  target += gamma_lpdf(answer_boundary | answer_boundary_alpha, answer_boundary_beta);
  // answer_delay ~ Uniform(alpha=0)
  target += uniform_lpdf(answer_delay | answer_delay_alpha, answer_delay_beta);
  // answer ~ Wiener(b @ X + own, answer_boundary, answer_delay, 0.5), observed as rt, choice
  {
    vector[N] answer_drift = X * b + own[person];
    for (n in 1:N) {
      target += signed_wiener_lpdf(answer[n] | answer_drift[n], answer_boundary, answer_delay, answer_bias);
    }
  }
}
