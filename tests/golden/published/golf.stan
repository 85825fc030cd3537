// Golf
// p = (2 Phi(asin((R - r) / x) / s) - 1) (Phi(2 / w) - Phi(-1 / w)), w = (x + 1) d
// y / n ~ normal(p, sqrt(p (1 - p) / n + s_y^2))
data {
  int<lower=0> N;  // rows
  vector[N] share;  // observed
  vector[N] angle;  // 'angle' of each row
  vector[N] x;  // 'x' of each row
  vector[N] n;  // 'n' of each row
  // numbers in the declarations
  real<lower=0> s_sigma;
  real<lower=0> d_sigma;
  real<lower=0> s_y_sigma;
}
parameters {
  real<lower=0> s;
  real<lower=0> d;
  real<lower=0> s_y;
}
model {
  // s ~ HalfNormal(1)
  target += normal_lpdf(s | 0, s_sigma) + log2();
  // d ~ HalfNormal(1)
  target += normal_lpdf(d | 0, d_sigma) + log2();
  // s_y ~ HalfNormal(1)
  target += normal_lpdf(s_y | 0, s_y_sigma) + log2();
  vector[N] straight = 2 * Phi(angle / s) - 1;  // straight = 2 * Phi(data("angle") / s) - 1
  vector[N] width = (x + 1) * d;  // width = (data("x") + 1) * d
  vector[N] p = straight .* (Phi(2.0 ./ width) - Phi(-1.0 ./ width));  // p = straight * (Phi(2 / width) - Phi(-1 / width))
  vector[N] sd = sqrt(p .* (1 - p) ./ n + s_y ^ 2);  // sd = sqrt(p * (1 - p) / data("n") + s_y ** 2)
  // share ~ Normal(p, sd), observed
  target += normal_lpdf(share | p, sd);
}
