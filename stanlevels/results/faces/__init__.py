"""What can be asked of any fit, by theme: each face adds its verbs to every kind of fit."""
