  // The density of a stationary process around 0: before[i] is the unit before.
  real autoregressed_density_lpdf(vector x, vector sd, vector rho, vector gap, array[] int order,
                                  array[] int before) {
    int n = num_elements(x);
    vector[n] y = x ./ sd;
    vector[n] mean = rep_vector(0, n);
    vector[n] spread = rep_vector(1, n);
    for (i in 1:n) {
      if (before[i] > 0) {
        real kept = gap[i] == 1 ? rho[i] : rho[i] ^ gap[i];
        mean[i] = kept * y[before[i]];
        spread[i] = sqrt(1 - square(kept));
      }
    }
    return normal_lpdf(y | mean, spread) - sum(log(sd));
  }
