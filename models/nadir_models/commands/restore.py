"""`python -m nadir_models restore`."""

from nadir_models.export.restore import add_arguments, run

__all__ = ["add_arguments", "run"]
