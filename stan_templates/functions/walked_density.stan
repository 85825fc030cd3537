  // The density of a random walk from 0: before[i] is the unit before.
  real walked_density_lpdf(vector x, vector sd, vector gap, array[] int order, array[] int before) {
    int n = num_elements(x);
    vector[n] y = x ./ sd;
    vector[n] mean = rep_vector(0, n);
    for (i in 1:n) {
      if (before[i] > 0) {
        mean[i] = y[before[i]];
      }
    }
    return normal_lpdf(y | mean, sqrt(gap)) - sum(log(sd));
  }
