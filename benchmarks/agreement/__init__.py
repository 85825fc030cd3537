"""Do planned programs and others have the same posterior, on every workload of the samplers' benchmark?"""
