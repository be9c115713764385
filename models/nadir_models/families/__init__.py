"""The networks, each with everything the rest needs to know of it."""
