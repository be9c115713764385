"""Networks as files for the studio, and back."""
