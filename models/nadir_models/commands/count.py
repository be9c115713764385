"""`python -m nadir_models count`."""

from nadir_models.graph.dispatches import add_arguments, run

__all__ = ["add_arguments", "run"]
