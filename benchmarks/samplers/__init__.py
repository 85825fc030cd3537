"""How fast full Bayes is: planned programs beside literal ones on the same engine, and beside other tools."""
