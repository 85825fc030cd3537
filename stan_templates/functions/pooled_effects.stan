  // As `normal_effects`, where units that agree in their information are one: `times` says how many they are,
  // and `which` has the information of each row of scores, of which as many as say the same are left.
  real pooled_effects(vector score, vector kept, vector times, array[] int which, real sd) {
    return 0.5 * (dot_product(times, log(kept)) + square(sd) * dot_product(kept[which], square(score)));
  }
