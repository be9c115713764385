"""MFNet."""
