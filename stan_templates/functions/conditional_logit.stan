  // Which rows of each group are chosen, given how many of them are: the odds of those that are, over the
  // sum of these products over all the ways to choose as many. Of more than half, those that are not.
  real conditional_logit_lpmf(array[] int y, vector eta, array[] int group) {
    int n = size(y);
    array[n] int order = sort_indices_asc(group);
    real total = 0;
    int first = 1;
    while (first <= n) {
      int last = first;
      int chosen = y[order[first]];
      while (last < n && group[order[min(last + 1, n)]] == group[order[first]]) {
        last += 1;
        chosen += y[order[last]];
      }
      int rows = last - first + 1;
      if (chosen > 0 && chosen < rows) {
        int others = 2 * chosen > rows ? 1 : 0;
        int few = others == 1 ? rows - chosen : chosen;
        vector[rows] odds;
        for (k in 1 : rows) {
          odds[k] = others == 1 ? -eta[order[first + k - 1]] : eta[order[first + k - 1]];
          if (y[order[first + k - 1]] != others) total += odds[k];
        }
        if (few == 1) {
          total -= log_sum_exp(odds);
        } else {
          vector[few + 1] ways = rep_vector(0, few + 1); // by how many are chosen so far
          for (k in 1 : rows) {
            for (back in 0 : min(k, few) - 1) {
              int j = min(k, few) - back;
              ways[j + 1] = j == k ? odds[k] + ways[j] : log_sum_exp(ways[j + 1], odds[k] + ways[j]);
            }
          }
          total -= ways[few + 1];
        }
      }
      first = last + 1;
    }
    return total;
  }
