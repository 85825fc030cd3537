"""What is worth knowing of a model and its data before anything is sampled."""
