"""Fitting: by draws from the posterior (`bayes`), or by maximising a likelihood (`point`)."""
