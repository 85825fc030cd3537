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
