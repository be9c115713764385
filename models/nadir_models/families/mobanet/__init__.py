"""MoBaNet."""
