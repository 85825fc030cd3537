"""Linear predictors: one reader, and what is computed from what it reads."""
