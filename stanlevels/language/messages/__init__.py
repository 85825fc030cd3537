"""What people are told of a model that is not as it must be: values in words, and what they meant."""
