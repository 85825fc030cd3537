"""A fit as one page of HTML that needs nothing else."""
