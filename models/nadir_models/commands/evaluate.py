"""`python -m nadir_models evaluate`."""

from nadir_models.evaluate.evaluation import add_arguments, run

__all__ = ["add_arguments", "run"]
