"""Whether draws can be trusted."""
