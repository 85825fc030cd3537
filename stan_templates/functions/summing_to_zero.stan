  // Numbers that sum to zero in each group: independent ones less the mean of their group.
  vector summing_to_zero(vector z, array[] int run) {
    int n = num_elements(z);
    int groups = n > 0 ? max(run) : 0;
    vector[groups] total = rep_vector(0, groups);
    vector[groups] size = rep_vector(0, groups);
    for (i in 1:n) {
      total[run[i]] += z[i];
      size[run[i]] += 1;
    }
    return n > 0 ? z - (total ./ size)[run] : z;
  }
