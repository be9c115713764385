"""`python -m nadir_models backbone`."""

from nadir_models.checkpoints.foundation import add_arguments, run

__all__ = ["add_arguments", "run"]
