  // How many columns `swept` leaves where c columns of effects are left.
  int swept_width(int c) {
    return (c * (c + 1)) %/% 2 + c + 1;
  }
