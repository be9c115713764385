"""Weights in: files of any layout, and foundation models as backbones."""
