"""Pictures of a fit, by the model's own names: a small file for each."""
