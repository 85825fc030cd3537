"""Posteriors computed without Stan, to hold fits against."""
