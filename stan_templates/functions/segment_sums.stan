  // Sums of the elements first[j] to first[j + 1] - 1 of x.
  vector segment_sums(vector x, array[] int first) {
    int n = size(first) - 1;
    if (n > 0 && first[n] <= num_elements(x)) {
      // all segments begin within x: what lies before each is the sum up to its first element without that
      vector[num_elements(x)] total = cumulative_sum(x);
      vector[n] before = total[first[1:n]] - x[first[1:n]];
      return append_row(before[2:n], total[num_elements(x)]) - before;
    }
    vector[num_elements(x) + 1] total = append_row(0, cumulative_sum(x));
    return total[first[2:(n + 1)]] - total[first[1:n]];
  }
