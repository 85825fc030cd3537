"""Draws before any fit: from the prior for ArviZ, and fake data with the numbers that made them."""
