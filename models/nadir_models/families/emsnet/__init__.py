"""EMSNet."""
