"""What a person writes: levels, distributions, expressions. Out comes a frozen graph."""
