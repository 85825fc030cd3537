"""Predictions: means of outcomes, and outcomes themselves, for fitted rows and for new ones."""
