  // Which rows of each group are chosen, given how many of them are: the odds of those that are, over the
  // sum of these products over all the ways to choose as many. Of more than half, those that are not.
  real conditional_logit_lpmf(array[] int y, vector eta, array[] int group) {
    int n = size(y);
    array[n] int order = sort_indices_asc(group);
    array[n] int unit = group[order];
    array[n] int chosen = y[order];
    vector[n] odds = eta[order];
    real total = dot_product(to_vector(chosen), odds);
    int first = 1;
    for (last in 1 : n) {
      if (last == n || unit[min(last + 1, n)] != unit[last]) {
        int rows = last - first + 1;
        int m = sum(chosen[first : last]);
        int others = 2 * m > rows ? 1 : 0;
        int few = others == 1 ? rows - m : m;
        if (others == 1) {
          total -= sum(odds[first : last]);
        }
        if (few == 1) {
          total -= log_sum_exp(others == 1 ? -odds[first : last] : odds[first : last]);
        } else if (few > 1) {
          vector[rows] own = others == 1 ? -odds[first : last] : odds[first : last];
          vector[few + 1] ways = rep_vector(0, few + 1); // by how many are chosen so far
          for (k in 1 : rows) {
            for (back in 0 : min(k, few) - 1) {
              int j = min(k, few) - back;
              ways[j + 1] = j == k ? own[k] + ways[j] : log_sum_exp(ways[j + 1], own[k] + ways[j]);
            }
          }
          total -= ways[few + 1];
        }
        first = last + 1;
      }
    }
    return total;
  }
