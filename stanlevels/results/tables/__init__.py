"""Summary, effects and pooling as tables."""
