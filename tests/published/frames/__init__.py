"""Small simulated data of the shape of data sets that no package brings, and columns that models want.

Every function draws from a seed of its own and gives the same rows every time.
"""
