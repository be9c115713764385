"""Vision transformers that two streams pass through, and what networks share."""
