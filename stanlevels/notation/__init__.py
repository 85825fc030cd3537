"""A declaration in mathematics (LaTeX and MathML) and in words."""
