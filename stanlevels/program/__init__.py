"""The typed Stan program: lowering a planned model to it, and rendering it through the templates."""
