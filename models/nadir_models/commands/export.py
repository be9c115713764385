"""`python -m nadir_models export`."""

from nadir_models.export.write import add_arguments, run

__all__ = ["add_arguments", "run"]
