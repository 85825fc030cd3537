"""How well a model predicts what it has not seen: leave-one-out and leave-one-group-out."""
