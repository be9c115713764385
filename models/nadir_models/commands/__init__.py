"""One file per command of `python -m nadir_models`, each with `add_arguments` and `run`."""
