"""What is asked of a fit beside its own quantities: contrasts, ranks, comparisons, poststratification."""
