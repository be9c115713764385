"""Scores against scikit-learn, the sliding window against a plain loop, and the command."""

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
import torch
from PIL import Image
from reference_segment import read_heights, read_optical
from scipy import ndimage
from sklearn.metrics import (
    accuracy_score,
    cohen_kappa_score,
    confusion_matrix,
    f1_score,
    jaccard_score,
)
from torch import nn

from nadir_models.__main__ import main
from nadir_models.evaluate import scores as evaluate_scores
from nadir_models.evaluate.evaluation import load_model
from nadir_models.evaluate.predict import papers_positions, predict_raster, prepare, scale_dsm
from nadir_models.export.restore import read_network
from nadir_models.families.emsnet.head import LOGIT_OFFSET, close_head, open_head
from nadir_models.families.registry import build_network, get_variant
from nadir_models.scenes import CLASS_NAMES, PALETTE, generate_scene
from nadir_models.scenes.write_scene import write_scene

NANO = get_variant("emsnet", "nano")
SAMPLE = Path(__file__).parents[2] / "public" / "sample"
ZOO = Path(__file__).parents[1] / "zoo"


@pytest.fixture
def labelled():
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 6, 5000).astype(np.uint8)
    predicted = np.where(rng.random(5000) < 0.6, truth, rng.integers(0, 6, 5000)).astype(np.uint8)
    truth[:300] = 255
    return truth, predicted


def test_scores_with_clutter_pixels_equal_scikit_learn(labelled):
    truth, predicted = labelled
    matrix = evaluate_scores.confusion_matrix(truth, predicted)
    kept = truth != 255
    assert np.array_equal(matrix, confusion_matrix(truth[kept], predicted[kept]))
    found = evaluate_scores.both_conventions(matrix)["5 classes, with clutter pixels"]
    iou = jaccard_score(truth[kept], predicted[kept], average=None)
    f1 = f1_score(truth[kept], predicted[kept], average=None)
    assert found.iou == pytest.approx(iou, abs=1e-12)
    assert found.mean_iou == pytest.approx(iou[:5].mean(), abs=1e-12)
    assert found.mean_f1 == pytest.approx(f1[:5].mean(), abs=1e-12)
    assert found.overall_accuracy == pytest.approx(accuracy_score(truth[kept], predicted[kept]))
    assert found.kappa == pytest.approx(cohen_kappa_score(truth[kept], predicted[kept]))


def test_scores_without_clutter_drop_both_its_truth_and_its_predictions(labelled):
    truth, predicted = labelled
    kept = (truth < 5) & (predicted < 5)
    matrix = evaluate_scores.confusion_matrix(truth, predicted)
    found = evaluate_scores.both_conventions(matrix)["5 classes, without clutter"]
    iou = jaccard_score(truth[kept], predicted[kept], average=None)
    assert found.iou == pytest.approx(iou, abs=1e-12)
    assert found.kappa == pytest.approx(cohen_kappa_score(truth[kept], predicted[kept]))


def test_positions_are_the_papers():
    assert papers_positions(256, 256, 32) == [0] * 8
    assert papers_positions(300, 256, 128) == [0, 44, 44]
    assert papers_positions(512, 256, 256) == [0, 256]


class Echo(nn.Module):
    """Logits that depend on the place in the window: neighbours must be summed to agree."""

    def __init__(self):
        super().__init__()
        self.ramp = nn.Parameter(torch.linspace(0, 1, 64)[None, None, :, None])

    def forward(self, optical, dsm):
        return torch.cat([optical * self.ramp, dsm], 1)


def test_sliding_window_equals_the_papers_loop():
    rng = np.random.default_rng(1)
    optical = rng.random((3, 100, 90)).astype(np.float32)
    dsm = rng.random((100, 90)).astype(np.float32)
    network = Echo().eval()
    total = np.zeros((4, 100, 90))
    with torch.no_grad():
        for y in range(0, 100, 16):
            for x in range(0, 90, 16):
                top, left = min(y, 100 - 64), min(x, 90 - 64)
                part = np.s_[..., top : top + 64, left : left + 64]
                image, height = (
                    torch.tensor(optical[part])[None],
                    torch.tensor(dsm[part])[None, None],
                )
                total[part] += network(image, height)[0].numpy()
    found = predict_raster(network, NANO, optical, dsm, 16, batch=3)
    assert np.array_equal(found, total.argmax(0))


def test_a_raster_smaller_than_a_window_is_filled_and_cut_back():
    found = predict_raster(
        Echo().eval(), NANO, np.ones((3, 40, 50), np.float32),
        np.zeros((40, 50), np.float32), 32,
    )  # fmt: skip
    assert found.shape == (40, 50)


def test_dsm_scaling_leaves_out_what_is_not_valid():
    dsm = np.array([[10, 20, -9999], [15, np.nan, 30]], np.float32)
    scaled = scale_dsm(dsm, dsm != -9999)
    assert scaled == pytest.approx(np.array([[0, 0.5, 0], [0.25, 0, 1]]))
    assert not scale_dsm(np.full((3, 3), 7.0, np.float32)).any()


def test_mobanet_is_normalised_then_padded_to_a_multiple_of_14():
    grey, flat = torch.full((1, 3, 256, 256), 0.485), torch.ones(1, 1, 256, 256)
    optical, dsm = prepare(get_variant("mobanet", "dinov2_vitt14"), grey, flat)
    assert optical.shape[-2:] == dsm.shape[-2:] == (266, 266)
    assert optical[0, 0, 0, 0].item() == pytest.approx(0, abs=1e-6)
    assert not optical[..., 256:, :].any()
    sam, _ = prepare(get_variant("mobanet", "sam_vit_b"), grey, flat)
    assert sam[0, 0, 0, 0].item() == pytest.approx(0.485)
    assert prepare(get_variant("mfnet", "nano"), optical, dsm)[0] is optical


def test_lifting_the_logits_makes_the_last_relu_idle():
    torch.manual_seed(0)
    trained = build_network("emsnet", "nano", 6)
    open_head(trained)
    trained.eval()
    state = {key: value.clone() for key, value in trained.state_dict().items()}
    close_head(state)
    assert state["final_fused.1.bias"].mean().item() == pytest.approx(LOGIT_OFFSET)
    shipped = build_network("emsnet", "nano", 6)
    shipped.load_state_dict(state)
    shipped.eval()
    optical, dsm = torch.rand(1, 3, 64, 64), torch.rand(1, 1, 64, 64)
    with torch.no_grad():
        before, after = trained(optical, dsm), shipped(optical, dsm)
    assert (after - before).std().item() == pytest.approx(0, abs=1e-4)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """The shipped nano in the form `train` writes."""
    network = read_network(ZOO / "emsnet-nano.onnx").network
    names = [{"id": n, "name": CLASS_NAMES[i], "colour": [n, n, n], "scored": i < 5}
             for n, i in enumerate((5, 0, 1, 2, 3, 4))]  # fmt: skip
    path = tmp_path_factory.mktemp("weights") / "weights.pt"
    torch.save({"network": "emsnet", "variant": "nano", "num_classes": 6, "classes": names,
                "state_dict": network.state_dict()}, path)  # fmt: skip
    return path


def predicted(checkpoint, image, dsm):
    """The generator's class ids (H, W) for an image (H, W, 3) u8 and a DSM scaled to 0..1."""
    model = load_model(checkpoint)
    optical = image.transpose(2, 0, 1).astype(np.float32) / 255
    order = np.array((5, 0, 1, 2, 3, 4))
    return order[predict_raster(model.network, NANO, optical, dsm, 64)]


def without_boundaries(labels):
    """Labels with 255 within a disc of three pixels of another class."""
    axis = np.arange(-3, 4)
    disc = axis[:, None] ** 2 + axis[None, :] ** 2 <= 9
    inner = [ndimage.binary_erosion(labels == c, disc, border_value=1) for c in range(6)]
    return np.where(np.any(inner, axis=0), labels, 255)


def evaluate(checkpoint, tmp_path, *more):
    return main(["evaluate", "--checkpoint", str(checkpoint), "--stride", "64", "--threads", "1",
                 "--report", str(tmp_path / "report.json"), *more])  # fmt: skip


def test_held_out_scenes_are_scored_in_both_conventions(checkpoint, tmp_path):
    sheet = tmp_path / "sheet.png"
    assert (
        evaluate(checkpoint, tmp_path, "--seeds", "2", "--size", "128", "--sheet", str(sheet)) == 0
    )
    (entry,) = json.loads((tmp_path / "report.json").read_text())
    scenes = [generate_scene(900_000 + index, 128) for index in range(2)]
    seen = [predicted(checkpoint, s.image[..., :3], scale_dsm(s.dsm)).ravel() for s in scenes]
    seen = np.concatenate(seen)
    assert len(np.unique(seen)) >= 3
    truths = {
        "full labels": np.concatenate([s.labels.ravel() for s in scenes]),
        "boundaries eroded": np.concatenate([without_boundaries(s.labels).ravel() for s in scenes]),
    }
    assert sum(key.startswith("5 classes") for key in entry) == 4
    for kind, truth in truths.items():
        for convention, kept in (
            ("with clutter pixels", truth < 6),
            ("without clutter", (truth < 5) & (seen < 5)),
        ):
            pair = truth[kept], seen[kept]
            # scikit-learn warns of classes that neither holds; they are no part of the mean.
            present = sorted(set(pair[0]) | set(pair[1]))
            iou = dict(
                zip(present, jaccard_score(*pair, labels=present, average=None), strict=True)
            )
            found = entry[f"5 classes, {convention}, {kind}"]
            mean = np.mean([value for index, value in iou.items() if index < 5])
            assert found["miou"] == pytest.approx(mean, abs=1e-4)
            assert found["oa"] == pytest.approx(accuracy_score(*pair), abs=1e-4)
            for index, value in iou.items():
                assert found["ioUPerClass"][CLASS_NAMES[index]] == pytest.approx(value, abs=1e-4)
    with Image.open(sheet) as picture:
        assert picture.size == (4 * 324 - 4, 2 * 324 - 4)


def test_a_report_becomes_the_scores_of_the_manifest(checkpoint, tmp_path, monkeypatch):
    evaluate(checkpoint, tmp_path, "--seeds", "1", "--size", "64")
    report = tmp_path / "report.json"
    (entry,) = json.loads(report.read_text())
    given = {}
    monkeypatch.setattr(
        "nadir_models.commands.export.export", lambda **facts: given.update(facts) or []
    )
    export = ["export", "--network", "emsnet", "--variant", "nano", "--checkpoint", str(checkpoint),
              "--out", str(tmp_path), "--id", "scored", "--trained-on", "Nothing yet."]  # fmt: skip
    assert main([*export, "--scores", str(report)]) == 0
    assert given["trained_on"] == "Nothing yet."
    first = given["scores"][0]
    assert len(given["scores"]) == 4
    assert first["split"] == "1 held-out seeds, full labels, windows every 64 px"
    assert first["miou"] == entry[f"{first['convention']}, full labels"]["miou"]


def test_what_is_not_a_report_gives_no_scores(checkpoint, tmp_path, capsys):
    (tmp_path / "report.json").write_text('[{"miou": 1}]')
    out = tmp_path / "out"
    assert main(["export", "--network", "emsnet", "--variant", "nano", "--out", str(out),
                 "--scores", str(tmp_path / "report.json")]) == 1  # fmt: skip
    assert "not a report" in capsys.readouterr().err
    assert not out.exists()


def test_a_folder_is_scored_like_the_scene_it_was_written_from(checkpoint, tmp_path):
    scene = generate_scene(5, 128, 0.3)
    write_scene(scene, tmp_path / "data")
    for path in (tmp_path / "data").glob("*noBoundary*"):
        path.unlink()
    assert evaluate(checkpoint, tmp_path, "--data", str(tmp_path / "data")) == 0
    (entry,) = json.loads((tmp_path / "report.json").read_text())
    seen = predicted(checkpoint, scene.image[..., :3], scale_dsm(scene.dsm))
    iou = jaccard_score(
        scene.labels.ravel(), seen.ravel(), labels=range(5), average=None, zero_division=0
    )
    for name, value in zip(CLASS_NAMES, iou, strict=False):
        found = entry["5 classes, with clutter pixels, full labels"]["ioUPerClass"].get(name, 0)
        assert found == pytest.approx(value, abs=1e-4)


def test_lidar_labels_merge_predictions(checkpoint, tmp_path):
    """Truth of ground 0, vegetation 1, building 2 and unlabelled pixels, as LiDAR files have it."""
    scene = generate_scene(5, 128, 0.3)
    laser = np.array([0, 2, 0, 1, 7, 7], np.uint8)[scene.labels]
    laser[:20, :30] = 7
    write_scene(scene, tmp_path / "data")
    for path in (tmp_path / "data").glob("*label*"):
        path.unlink()
    with rasterio.open(tmp_path / "data" / "dsm_nadir_01_05.tif") as dsm:
        profile = dsm.profile | {"dtype": "uint8", "nodata": None, "predictor": 1}
    with rasterio.open(tmp_path / "data" / "top_nadir_1_5_label.tif", "w", **profile) as target:
        target.write(laser[None])
    data = str(tmp_path / "data")
    assert evaluate(checkpoint, tmp_path, "--data", data, "--lidar-labels") == 0
    (entry,) = json.loads((tmp_path / "report.json").read_text())
    (found,) = entry["scenes"].values()

    names = ("ground", "vegetation", "building", "car or clutter")
    seen = predicted(checkpoint, scene.image[..., :3], scale_dsm(scene.dsm))
    merged = np.array([0, 2, 0, 1, 3, 3])[seen]
    labelled = laser < 3
    assert len(np.unique(merged)) >= 3
    present = sorted(set(laser[labelled]))
    iou = jaccard_score(laser[labelled], merged[labelled], labels=present, average=None)
    assert found["ioUPerClass"] == pytest.approx(
        {names[index]: value for index, value in zip(present, iou, strict=True)}, abs=1e-4
    )
    assert found["miou"] == pytest.approx(iou.mean(), abs=1e-4)
    assert found["carOrClutterShare"] == pytest.approx((merged[labelled] == 3).mean(), abs=1e-9)


def test_sample_scene_can_be_scored(checkpoint, tmp_path):
    """Its DSM lies on a coarser grid and has holes; the judge brings it over by itself."""
    assert evaluate(checkpoint, tmp_path, "--data", str(SAMPLE)) == 0
    (entry,) = json.loads((tmp_path / "report.json").read_text())
    image, _, transform = read_optical(SAMPLE / "top_nadir_1_1_RGB.tif")
    dsm = SAMPLE / "dsm_nadir_01_01.tif"
    heights = read_heights(dsm, transform, *image.shape[1:], close_holes=False)
    with rasterio.open(SAMPLE / "top_nadir_1_1_label.tif") as raster:
        colours = raster.read().transpose(1, 2, 0)
    truth = (colours[..., None, :] == PALETTE[:6]).all(-1).argmax(-1)
    seen = predicted(checkpoint, image.transpose(1, 2, 0), scale_dsm(heights.astype(np.float32)))
    known = np.isfinite(heights)
    found = entry["5 classes, with clutter pixels, full labels"]
    # Heights on the edge of a hole differ a little, and with them some pixels' class.
    assert found["oa"] == pytest.approx(accuracy_score(truth[known], seen[known]), abs=0.005)
    iou = jaccard_score(truth[known], seen[known], labels=range(6), average=None)
    for name, value in zip(CLASS_NAMES, iou, strict=True):
        assert found["ioUPerClass"][name] == pytest.approx(value, abs=0.01)


def test_a_checkpoint_of_unknown_origin_is_refused(tmp_path, capsys):
    torch.save({"a": torch.zeros(1)}, tmp_path / "bare.pt")
    assert evaluate(tmp_path / "bare.pt", tmp_path) == 1
    assert "its network and classes" in capsys.readouterr().err


def test_a_stride_that_leaves_gaps_is_refused(checkpoint, tmp_path, capsys):
    assert evaluate(checkpoint, tmp_path, "--stride", "65") == 1
    assert "gaps" in capsys.readouterr().err
