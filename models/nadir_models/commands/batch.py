"""`python -m nadir_models batch`."""

from nadir_models.batch.city import add_arguments, run

__all__ = ["add_arguments", "run"]
