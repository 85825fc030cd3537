"""Boxes, boxes around boxes, and arrows between them: laid out and written as SVG, PNG and PDF.

Nothing here knows of models: `stanlevels.graph` says what is to be drawn.
"""
