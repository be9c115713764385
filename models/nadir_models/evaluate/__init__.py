"""A network over whole rasters, and its scores."""
