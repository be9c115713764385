"""EMSNet against the official key table, parameter counts and outputs."""

import pytest
import torch
from contract import check_golden, check_keys

from nadir_models import build_network
from nadir_models.errors import NadirError


def test_keys_shapes_and_order_equal_the_official_ones():
    check_keys("emsnet_nc6", "emsnet", "base")


def test_outputs_equal_the_official_code():
    check_golden("emsnet_nc6_256x256", "emsnet", "base", 256, 256)


@pytest.mark.parametrize(
    ("num_classes", "parameters"), [(2, 15_255_963), (6, 15_256_039), (8, 15_256_077)]
)
def test_parameter_count_is_the_papers(num_classes, parameters):
    with torch.device("meta"):
        network = build_network("emsnet", num_classes=num_classes)
    assert sum(p.numel() for p in network.parameters()) == parameters
    assert round(parameters / 1e6, 2) == 15.26


def test_nano_runs_on_64_pixel_windows():
    network = build_network("emsnet", "nano", num_classes=6).eval()
    logits = network(torch.rand(2, 3, 64, 64), torch.rand(2, 1, 64, 64))
    assert logits.shape == (2, 6, 64, 64)
    assert sum(p.numel() for p in network.parameters()) < 300_000


def test_a_window_of_illegal_size_names_the_size_to_pad_to():
    network = build_network("emsnet", "nano")
    with pytest.raises(NadirError, match="pad it to 64x96"):
        network(torch.rand(1, 3, 60, 70), torch.rand(1, 1, 60, 70))
