"""What networks are shown: metres above ground or none, pixel sizes, photos with outlines."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
import torch
from PIL import Image
from rasterio.transform import from_origin
from sklearn.metrics import jaccard_score
from torch.nn import functional

from nadir_models.__main__ import main
from nadir_models.errors import NadirError
from nadir_models.evaluate.evaluation import outlined_photos
from nadir_models.evaluate.height_tensor import absent_heights, height_tensor, tensor_of_metres
from nadir_models.evaluate.predict import interpolated
from nadir_models.export.manifest import inputs_of
from nadir_models.export.write import facts_for
from nadir_models.families.problem import METRES, MIXED, get_problem
from nadir_models.families.registry import build_network, get_variant
from nadir_models.heights import height_above_ground
from nadir_models.scenes import CLASS_NAMES, generate_scene
from nadir_models.scenes.classes import BUILDING, IGNORE, TREE
from nadir_models.scenes.folder import find_scenes, read_scene
from nadir_models.scenes.pixel_size import area_mean, at_pixel_size
from nadir_models.train.augment import random_batch
from nadir_models.train.bank import bank_heights, scene_gsd
from nadir_models.train.height_windows import ERRORS, spoil_heights
from nadir_models.train.outlines import BUILT, NOT_BUILT, PhotoBank, Photos, outline_loss

NANO = get_variant("emsnet", "nano")
FACTS = METRES.applied(NANO.preprocessing_for(ours=True))


def test_a_checkpoint_that_names_no_problem_needs_heights():
    facts = facts_for(NANO, {"trained_on": "x"})
    assert (facts.height_kind, facts.absent_heights) == ("dsm", None)
    with pytest.raises(NadirError, match="choose one of metres, mixed"):
        get_problem("feet")


def test_metres_become_twentieths_and_what_is_missing_lies_below_all_ground():
    above = np.array([[0, 20, 30], [-1, np.nan, 5]], np.float32)
    expected = np.array([[0, 1, 1.5], [-0.05, -0.25, 0.25]], np.float32)
    assert tensor_of_metres(FACTS, above) == pytest.approx(expected)
    assert (absent_heights(FACTS, (2, 3)) == -0.25).all()
    assert not absent_heights(NANO.preprocessing, (2, 3)).any()
    needs_heights = replace(FACTS, absent_heights=None)
    assert tensor_of_metres(needs_heights, above)[1, 1] == 0


def test_a_surface_model_is_shown_as_the_studio_finds_its_heights():
    scene = generate_scene(900_006, 160, 0.2)
    valid = np.ones(scene.dsm.shape, bool)
    valid[:30, :40] = False
    tensor = height_tensor(FACTS, scene.dsm, valid, scene.gsd)
    above = height_above_ground(scene.dsm, valid, scene.gsd)
    assert tensor[valid] == pytest.approx(above[valid] / 20)
    assert (tensor[~valid] == -0.25).all()
    with pytest.raises(NadirError, match="georeference"):
        height_tensor(FACTS, scene.dsm, valid, None)


def test_scenes_are_drawn_about_the_best_distance():
    drawn = [scene_gsd(METRES, seed) for seed in range(40)]
    assert 0.16 <= min(drawn) < 0.18 and 0.23 < max(drawn) <= 0.25
    assert scene_gsd(MIXED, 1) is None


def test_bank_heights_are_near_the_true_ones():
    errors = []
    for seed in range(4):
        scene = generate_scene(900_020 + seed, 256, 0.2)
        error = np.abs(bank_heights(scene, METRES) - scene.ndsm)[scene.labels != TREE]
        errors.append(np.nanmedian(error))
    assert max(errors) < 0.3


class Bank:
    """One scene: a building of eight metres in a meadow."""

    problem = METRES

    def __init__(self):
        self.labels = [np.full((128, 128), 2, np.uint8)]
        self.labels[0][40:90, 30:80] = BUILDING
        self.heights = [np.where(self.labels[0] == BUILDING, 8, 0).astype(np.float16)]
        image = np.random.default_rng(1).integers(0, 255, (128, 128, 4)).astype(np.uint8)
        image[..., 0], image[..., 3] = 10, 250  # red and near infrared
        self.images = [image]
        self.highest = [8.0]

    def __len__(self):
        return 1


def test_windows_lack_heights_or_show_infrared_as_often_as_the_problem_says():
    batch = random_batch(Bank(), FACTS, 400, 32, 1, 5, randomised_share=0.0)
    absent = (batch.dsm == -0.25).all(axis=(1, 2, 3))
    assert absent.mean() == pytest.approx(0.35, abs=0.07)
    infrared = batch.optical[:, 0].mean(axis=(1, 2)) > 0.5
    assert infrared.mean() == pytest.approx(0.1, abs=0.05)


def test_heights_are_wrong_as_often_as_the_problem_says():
    rng = np.random.default_rng(0)
    above, crowns = rng.random((32, 32), dtype=np.float32) + 3, np.full((32, 32), TREE)
    found = [spoil_heights(above, crowns, METRES, rng) for _ in range(600)]
    given = [heights for heights in found if np.isfinite(heights).any()]
    assert len(given) / 600 == pytest.approx(0.65, abs=0.06)
    wrong = [not np.array_equal(heights, above) for heights in given]
    assert np.mean(wrong) == pytest.approx(0.3, abs=0.06)


def test_every_way_to_spoil_heights_changes_them_and_keeps_the_window():
    rng = np.random.default_rng(2)
    bank = Bank()
    above = bank.heights[0].astype(np.float32) + rng.random((128, 128), dtype=np.float32)
    labels = np.where(bank.labels[0] == BUILDING, TREE, 2)
    for error in ERRORS:
        spoilt = error(above, labels, np.random.default_rng(3))
        assert spoilt.shape == above.shape
        assert not np.array_equal(spoilt, above), error.__name__
        assert np.nanmin(spoilt) > -3 and np.nanmax(spoilt) < 12
    nothing = np.full((16, 16), np.nan, np.float32)
    for seed in range(20):
        assert np.isnan(spoil_heights(nothing, nothing, METRES, np.random.default_rng(seed))).all()


@pytest.mark.parametrize("scale", [2.0, 1.6, 0.8])
def test_area_means_are_pytorchs(scale):
    """Each working pixel is cut out of the image repeated until borders fall on whole pixels."""
    field = np.random.default_rng(0).random((40, 56, 2))
    mean, valid = area_mean(field, np.ones((40, 56), bool), scale)
    fine = torch.from_numpy(field).permute(2, 0, 1).repeat_interleave(5, 1).repeat_interleave(5, 2)
    expected = functional.avg_pool2d(fine, round(5 * scale)).permute(1, 2, 0).numpy()
    assert mean[: expected.shape[0], : expected.shape[1]] == pytest.approx(expected)
    assert valid.all()
    assert mean.shape[:2] == tuple(int(np.ceil(n / scale)) for n in (40, 56))


def test_area_means_leave_out_what_is_not_valid():
    field = np.array([[1.0, 3, 9, 9], [5, 7, 9, 9]])
    valid = np.array([[True, False, False, False], [True, True, False, False]])
    mean, known = area_mean(field, valid, 2)
    assert mean[0, 0] == pytest.approx((1 + 5 + 7) / 3)
    assert known.tolist() == [[True, False]] and np.isnan(mean[0, 1])


def test_logits_come_back_to_the_image_as_pytorch_interpolates():
    field = np.random.default_rng(0).random((3, 12, 9))
    expected = functional.interpolate(
        torch.from_numpy(field)[None], scale_factor=2.5, mode="bilinear"
    )[0].numpy()
    assert interpolated(field, expected.shape[1:], 2.5) == pytest.approx(expected)


def write(path: Path, bands: np.ndarray, pixel: float, crs: str = "EPSG:25832") -> None:
    count, height, width = bands.shape
    grid = dict(crs=crs, transform=from_origin(0, 100, pixel, pixel), dtype=bands.dtype)
    with rasterio.open(
        path, "w", driver="GTiff", count=count, height=height, width=width, **grid
    ) as target:
        target.write(bands)


def test_a_folder_in_feet_is_read_in_metres(tmp_path):
    feet = "EPSG:2992"  # Oregon, international feet
    write(tmp_path / "ortho.tif", np.full((3, 30, 30), 90, np.uint8), 1.0, feet)
    write(tmp_path / "dsm.tif", np.full((1, 30, 30), 100, np.float32), 1.0, feet)
    scene = read_scene(find_scenes(tmp_path, need_labels=False)[0])
    assert scene.pixel_size_metres == pytest.approx(0.3048)
    assert scene.heights == pytest.approx(np.full((30, 30), 30.48))
    half = at_pixel_size(scene, 0.6096)
    assert half.image.shape == (15, 15, 3) and half.heights.shape == (15, 15)
    assert half.image == pytest.approx(np.full((15, 15, 3), 90 / 255))


def photos(folder: Path, count: int = 8) -> Path:
    rng = np.random.default_rng(0)
    for name in ("images", "masks"):
        (folder / name).mkdir()
    for index in range(count):
        mask = np.zeros((90, 90), np.uint8)
        mask[20:60, 30:70] = 255
        image = rng.integers(0, 80, (90, 90, 3)).astype(np.uint8)
        image[mask > 0] += 120
        Image.fromarray(image).save(folder / "images" / f"{index}.png")
        Image.fromarray(mask).save(folder / "masks" / f"{index}.png")
    return folder


def test_photos_are_split_by_name_and_brought_to_the_pixel_size(tmp_path):
    folder = photos(tmp_path)
    bank = PhotoBank(Photos(folder, 0.1), METRES)
    assert [image.shape for image in bank.images] == [(45, 45, 3)] * 6
    assert [scene.name for scene in outlined_photos(folder, 0.1, "test")] == ["3", "7"]
    assert set(np.unique(bank.labels[0])) == {BUILT, NOT_BUILT}
    assert (bank.labels[0] == BUILT).mean() == pytest.approx(1600 / 8100, abs=0.02)
    batch = random_batch(Bank(), FACTS, 300, 32, 1, 5, 0.0, photos=bank)
    taken = batch.scenes < 0
    assert taken.mean() == pytest.approx(0.2, abs=0.06) and not taken[0]
    assert (batch.dsm[taken] == -0.25).all()
    assert set(np.unique(batch.labels[taken])) <= {BUILT, NOT_BUILT}
    with pytest.raises(NadirError, match="needs heights"):
        PhotoBank(Photos(folder, 0.1), MIXED)


class PlainScenes:
    """Four scenes of one grey and one class each, without heights."""

    problem = replace(METRES, absent_share=1.0, infrared_share=0.0)
    images = tuple(np.full((64, 64, 4), 60 * index, np.uint8) for index in range(4))
    heights = tuple(np.full((64, 64), np.nan, np.float16) for _ in range(4))
    labels = tuple(np.full((64, 64), index, np.uint8) for index in range(4))
    highest = (0.0,) * 4

    def __len__(self):
        return 4


def test_mosaics_are_four_windows_drawn_by_themselves(tmp_path):
    bank = PlainScenes()
    photo_bank = PhotoBank(Photos(photos(tmp_path), 0.1), METRES)
    for photo_share, others in ((0.0, None), (0.3, photo_bank)):
        bank.problem = replace(bank.problem, photo_share=photo_share)
        batch = random_batch(bank, FACTS, 300, 32, 1, 5, 0.0, photos=others, mosaic_share=0.6)
        assert batch.optical.shape == (300, 3, 32, 32) and batch.dsm.shape == (300, 1, 32, 32)
        quarters = batch.labels.reshape(300, 2, 16, 2, 16).swapaxes(2, 3).reshape(300, 4, 256)
        of_photos = quarters[..., 0] >= BUILT
        plain = ~of_photos
        assert (quarters[plain] == quarters[plain][:, :1]).all()
        shown = batch.optical[:, 0].reshape(300, 2, 16, 2, 16).swapaxes(2, 3).reshape(300, 4, 256)
        assert np.allclose(shown[plain], quarters[plain] * 60 / 255)
        joined = np.ptp(quarters[..., 0], axis=1) > 0
        assert (batch.scenes[joined] == -1).all()
        # Four equal ones among four scenes are one mosaic in 64.
        if others is None:
            assert joined.mean() == pytest.approx(0.6 * 63 / 64, abs=0.08)
            for one, another in ((0, 1), (0, 2), (0, 3)):
                same = quarters[joined][:, one, 0] == quarters[joined][:, another, 0]
                assert same.mean() == pytest.approx(15 / 63, abs=0.1)
        else:
            mixed = batch.scenes == -1
            assert of_photos[mixed].mean() == pytest.approx(
                (0.6 * 0.3 + 0.4 * 0.3) / (0.6 + 0.4 * 0.3), abs=0.08
            )


def test_a_step_of_mosaics_and_photos_always_shows_a_class(tmp_path):
    """Cross entropy over no pixel at all is no number."""
    bank = PlainScenes()
    bank.problem = replace(bank.problem, photo_share=1.0)
    photo_bank = PhotoBank(Photos(photos(tmp_path), 0.1), METRES)
    for step in range(20):
        batch = random_batch(bank, FACTS, 2, 32, 1, step, 0.0, photos=photo_bank, mosaic_share=0.5)
        known = batch.labels < BUILT
        assert known[0].any() and not known[1].any()


def test_outlines_teach_building_or_not_as_binary_cross_entropy():
    torch.manual_seed(0)
    logits = torch.randn(2, 6, 5, 5)
    labels = torch.tensor([BUILT, NOT_BUILT, 3, IGNORE])[torch.randint(0, 4, (2, 5, 5))]
    outlined = (labels == BUILT) | (labels == NOT_BUILT)
    chance = logits.softmax(1)[:, 2][outlined]
    expected = functional.binary_cross_entropy(chance, (labels == BUILT)[outlined].float())
    assert outline_loss(logits, labels, 2).item() == pytest.approx(expected.item(), rel=1e-5)
    assert outline_loss(logits, torch.zeros_like(labels), 2).item() == 0


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A network that learnt nothing, with metres above ground."""
    network = build_network("emsnet", "nano")
    path = tmp_path_factory.mktemp("weights") / "weights.pt"
    names = [{"name": CLASS_NAMES[index]} for index in (5, 0, 1, 2, 3, 4)]
    torch.save({"network": "emsnet", "variant": "nano", "num_classes": 6, "classes": names,
                "problem": "metres", "state_dict": network.state_dict()}, path)  # fmt: skip
    return path


def test_photos_with_outlines_are_scored_without_heights(checkpoint, tmp_path, monkeypatch):
    """The network is replaced by one that sees bright pixels as buildings, on pixels of 20 cm."""
    seen = []

    def bright(_network, _variant, optical, heights, _stride):
        seen.append((optical.shape, np.unique(heights).tolist()))
        logits = np.zeros((6, *heights.shape))
        logits[2] = optical.mean(0) - 0.3
        return logits

    monkeypatch.setattr("nadir_models.evaluate.evaluation.mean_logits", bright)
    folder = photos(tmp_path)
    report = tmp_path / "report.json"
    how = ["--outlines", "0.1", "--split", "test", "--report", str(report), "--threads", "1"]
    assert main(["evaluate", "--checkpoint", str(checkpoint), "--data", str(folder), *how]) == 0
    assert seen == [((3, 45, 45), [-0.25])] * 2
    (entry,) = json.loads(report.read_text())
    truth, found = [], []
    for scene in outlined_photos(folder, 0.1, "test"):
        small = functional.avg_pool2d(torch.from_numpy(scene.image).permute(2, 0, 1), 2).mean(0)
        large = functional.interpolate(small[None, None], scale_factor=2, mode="bilinear")
        found.append((large[0, 0] > 0.3).numpy().ravel())
        truth.append(scene.labels.ravel())
    iou = jaccard_score(np.concatenate(truth), np.concatenate(found), average=None)
    values = entry["scenes"]["every photo"]["ioUPerClass"]
    assert values["other"] == pytest.approx(iou[0], abs=1e-3)
    assert values["building"] == pytest.approx(iou[1], abs=1e-3)
    assert entry["pixelSizeMetres"] == 0.2 and entry["problem"] == "metres"


def test_bands_that_were_trained_with_stand_in_the_manifest():
    """A network shown infrared photos says so; any other does not."""
    own = get_variant("emsnet", "nano").preprocessing_for(ours=True)
    shown = METRES.applied(own)
    assert inputs_of(shown, 64)[0]["otherBands"] == [["nir", "red", "green"]]
    assert "otherBands" not in inputs_of(MIXED.applied(own), 64)[0]
    assert "otherBands" not in inputs_of(shown.with_bands(("nir", "red", "green")), 64)[0]
