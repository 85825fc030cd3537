  // Sums of the elements first[j] to first[j + 1] - 1 of x.
  vector segment_sums(vector x, array[] int first) {
    int n = size(first) - 1;
    vector[num_elements(x) + 1] total = append_row(0, cumulative_sum(x));
    return total[first[2:(n + 1)]] - total[first[1:n]];
  }
