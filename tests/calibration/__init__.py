"""Samplers against simulations from the declared model."""
