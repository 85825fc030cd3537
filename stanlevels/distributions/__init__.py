"""What a distribution is and has: a row each, free of data and of Stan text."""
