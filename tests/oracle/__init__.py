"""An evaluation of declared graphs that shares nothing with the package but the graph itself."""
