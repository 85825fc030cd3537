"""Outcomes that the data know in part: ``missing="model"``."""
