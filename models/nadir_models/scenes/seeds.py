"""First seeds of the three disjoint series: training, choosing, and final scores."""

TRAINING_SEED = 100_000
VALIDATION_SEED = 800_000
HELD_OUT_SEED = 900_000
