"""Maximum likelihood of any declaration: rows whose log densities depend on a few linear predictors."""
