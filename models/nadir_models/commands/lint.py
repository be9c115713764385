"""`python -m nadir_models lint`."""

from nadir_models.graph.lint import add_arguments, run

__all__ = ["add_arguments", "run"]
