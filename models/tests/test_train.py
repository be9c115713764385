"""Training: exact resuming, recipes, masking, distillation, folders and what is refused."""

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
import torch
from rasterio.transform import from_origin
from scipy import ndimage
from sklearn.metrics import jaccard_score

from nadir_models.__main__ import main
from nadir_models.errors import NadirError
from nadir_models.families.emsnet.head import LOGIT_OFFSET
from nadir_models.families.problem import METRES, MIXED
from nadir_models.families.registry import FAMILIES, build_network
from nadir_models.scenes import CLASS_NAMES, PALETTE
from nadir_models.scenes.classes import IGNORE
from nadir_models.scenes.folder import (
    SceneFiles,
    decode_colours,
    find_scenes,
    official_split,
    read_scene,
)
from nadir_models.train.augment import alter_image, random_batch, scale_heights
from nadir_models.train.bank import SceneBank
from nadir_models.train.distill import Distillation, kept
from nadir_models.train.hard_scenes import HardScenes
from nadir_models.train.loop import WARM_UP_STEPS, Training, TrainingSettings, schedule
from nadir_models.train.masking import hard_pixel_loss, mask_one_modality
from nadir_models.train.overlap import overlap_loss


@pytest.fixture(scope="module")
def banks(tmp_path_factory):
    """Two tiny banks that every training here shares."""
    folder = tmp_path_factory.mktemp("banks")
    patch = pytest.MonkeyPatch()
    patch.setattr("nadir_models.train.loop.VALIDATION_SIZE_PX", 64)
    yield folder
    patch.undo()


def train(banks, out, *more):
    return main([
        "train", "--variant", "nano", "--recipe", "nano", "--batch", "4", "--out", str(out),
        "--bank", str(banks), "--bank-scenes", "3", "--bank-size", "96",
        "--validation-scenes", "1", "--validate-every", "100", "--threads", "1",
        "--device", "cpu", *more,
    ])  # fmt: skip


def seen_as(problem):
    """Facts of EMSNet's nano under a problem."""
    return problem.applied(FAMILIES["emsnet"].variant("nano").preprocessing_for(ours=True))


def stored(out):
    return torch.load(out / "last.pt", weights_only=True)


@pytest.mark.parametrize("scenes", [[], ["--hard-scenes"]])
def test_a_training_killed_in_the_middle_goes_on_to_the_same_weights(scenes, banks, tmp_path):
    four = ["--steps", "4", *scenes]
    assert train(banks, tmp_path / "whole", *four) == 0
    assert train(banks, tmp_path / "cut", *four, "--stop-after", "2") == 0
    half = stored(tmp_path / "cut")
    assert half["step"] == 2
    assert train(banks, tmp_path / "cut", *four) == 0
    whole, cut = stored(tmp_path / "whole"), stored(tmp_path / "cut")
    assert whole["step"] == cut["step"] == 4
    for part in ("state_dict", "averaged"):
        for key, value in whole[part].items():
            assert torch.equal(value, cut[part][key]), key
    changed = [
        key
        for key, value in half["state_dict"].items()
        if not torch.equal(value, cut["state_dict"][key])
    ]
    assert len(changed) > 200
    assert (tmp_path / "cut" / "curves.png").stat().st_size > 1000
    weights = torch.load(tmp_path / "cut" / "weights.pt", weights_only=True)
    assert weights["network"] == "emsnet"
    assert [c["name"] for c in weights["classes"]] == [CLASS_NAMES[i] for i in (5, 0, 1, 2, 3, 4)]
    assert "not the papers' weights" in weights["trained_on"]
    assert weights["scores"][0]["split"] == "validation seeds"


def test_it_is_validated_as_often_as_asked_and_at_the_end(banks, tmp_path):
    assert train(banks, tmp_path, "--steps", "5", "--validate-every", "2", "--device", "auto") == 0
    assert [row["step"] for row in stored(tmp_path)["history"]] == [2, 4, 5]
    # The nano is taught with its last ReLU open, and closed by lifting every logit.
    weights = torch.load(tmp_path / "weights.pt", weights_only=True)
    assert weights["state_dict"]["final_fused.1.bias"].mean().item() == pytest.approx(
        LOGIT_OFFSET, abs=0.02
    )


def test_other_settings_are_refused_on_resuming(banks, tmp_path, capsys):
    train(banks, tmp_path, "--steps", "4", "--stop-after", "1")
    assert train(banks, tmp_path, "--steps", "5") == 1
    assert "steps 4, not 5" in capsys.readouterr().err
    assert train(banks, tmp_path, "--steps", "2", "--reschedule") == 0
    assert stored(tmp_path)["step"] == 2
    assert train(banks, tmp_path, "--steps", "1", "--fresh") == 0


@pytest.mark.parametrize("network", ["mobanet", "mfnet"])
def test_the_other_networks_train_and_say_what_they_are(network, banks, tmp_path):
    assert train(banks, tmp_path, "--network", network, "--steps", "2") == 0
    weights = torch.load(tmp_path / "weights.pt", weights_only=True)
    assert weights["network"] == network
    assert [entry["name"] for entry in weights["classes"]] == list(CLASS_NAMES)
    untrained = build_network(network, "nano", 6).state_dict()
    assert weights["state_dict"].keys() == untrained.keys()


@pytest.mark.parametrize("problem", [METRES, MIXED], ids=lambda problem: problem.name)
def test_a_batch_depends_on_seed_and_step_only(problem, banks):
    bank, facts = SceneBank(banks, problem, 100_000, 3, 96), seen_as(problem)
    first, again = (random_batch(bank, facts, 3, 64, 1, 7) for _ in range(2))
    other = random_batch(bank, facts, 3, 64, 1, 8)
    for part in ("optical", "dsm", "labels", "scenes"):
        assert np.array_equal(getattr(first, part), getattr(again, part)), part
    assert not np.array_equal(first.optical, other.optical)
    assert first.optical.shape == (3, 3, 64, 64)
    assert first.dsm.shape == (3, 1, 64, 64)
    lowest = -0.25 if problem is METRES else 0
    for field, low in ((first.optical, 0), (first.dsm, lowest)):
        assert field.flags.c_contiguous
        assert field.min() >= low
        assert field.max() <= 1
    assert set(np.unique(first.labels)) <= {0, 1, 2, 3, 4, 5, IGNORE}


def test_plain_windows_are_not_altered(banks, monkeypatch):
    bank, facts = SceneBank(banks, MIXED, 100_000, 3, 96), seen_as(MIXED)

    def forbidden(*_):
        raise AssertionError("altered")

    monkeypatch.setattr("nadir_models.train.augment.alter_image", forbidden)
    monkeypatch.setattr("nadir_models.train.augment.scale_heights", forbidden)
    plain = random_batch(bank, facts, 4, 64, 1, 7, randomised_share=0.0)
    assert IGNORE not in plain.labels
    assert 0 <= plain.dsm.min() <= plain.dsm.max() <= 1
    with pytest.raises(AssertionError, match="altered"):
        random_batch(bank, facts, 4, 64, 1, 7)


def test_a_share_of_the_windows_is_altered(banks, monkeypatch):
    bank, facts = SceneBank(banks, METRES, 100_000, 3, 96), seen_as(METRES)
    altered = []
    monkeypatch.setattr(
        "nadir_models.train.augment.alter_image", lambda image, _: altered.append(1) or image
    )
    random_batch(bank, facts, 200, 16, 1, 7, randomised_share=0.3)
    assert 40 <= len(altered) <= 80


def test_scenes_that_are_still_wrong_are_drawn_more_often(banks):
    bank, facts = SceneBank(banks, METRES, 100_000, 3, 96), seen_as(METRES)
    scenes = random_batch(bank, facts, 400, 16, 1, 7, chances=np.array([0, 0, 1.0])).scenes
    drawn = np.bincount(scenes, minlength=3) / 400
    assert drawn == pytest.approx([1 / 6, 1 / 6, 2 / 3], abs=0.08)


def test_the_error_of_a_scene_is_the_running_share_of_wrong_pixels():
    hard = HardScenes(4)
    target = torch.tensor([[[0, 1], [1, IGNORE]], [[IGNORE, IGNORE], [IGNORE, IGNORE]]])
    says_nought = torch.tensor([1.0, 0.0]).reshape(1, 2, 1, 1).expand(2, 2, 2, 2)
    hard.learn(np.array([2, 3]), says_nought, target, IGNORE)
    # 0.7 * 0.15 + 0.3 * 2 / 3 and 0.7 * 0.15 + 0.3 * 0
    assert hard.wrong == pytest.approx([0.15, 0.15, 0.305, 0.105])
    assert hard.chances() == pytest.approx(np.array([0.15, 0.15, 0.305, 0.105]) / 0.71)
    hard.wrong[:] = [0, 0, 0.06, 0]
    assert hard.chances() == pytest.approx(np.array([2, 2, 6, 2]) / 12)


def test_alterations_stay_in_range_and_alter():
    rng = np.random.default_rng(3)
    image = rng.random((48, 48, 3)).astype(np.float32)
    heights = (rng.random((48, 48)) * 9).astype(np.float32)
    pictures = [alter_image(image, np.random.default_rng(seed)) for seed in range(30)]
    models = [scale_heights(heights, 12.0, np.random.default_rng(seed)) for seed in range(30)]
    for field in (*pictures, *models):
        assert field.dtype == np.float32
        assert field.min() >= 0
        assert field.max() <= 1
    assert len({float(p.mean()) for p in pictures}) > 25
    spans = [float(np.ptp(m)) for m in models if m.any()]
    assert max(spans) / min(spans) > 2


def test_papers_recipes_hold_the_papers_numbers():
    emsnet, mfnet, mobanet = (FAMILIES[n].recipe("paper") for n in ("emsnet", "mfnet", "mobanet"))
    assert emsnet.optimiser == "adam"
    assert emsnet.class_weights[5] == pytest.approx(16.59994979)
    assert emsnet.ignored_class == 0
    assert [schedule(emsnet, e, 60) for e in (0, 19, 20, 40)] == pytest.approx([1, 1, 0.1, 0.01])
    assert (mfnet.optimiser, mfnet.learning_rate, mfnet.weight_decay) == ("sgd", 0.01, 5e-4)
    assert [schedule(mfnet, e, 50) for e in (24, 25, 35, 45)] == pytest.approx([1, 0.1, 0.01, 1e-3])
    assert (mobanet.masked_share, mobanet.auxiliary_weight) == (0.25, 0.01)
    assert mobanet.masked_areas == (0.1, 0.3)
    with pytest.raises(NadirError, match="scenes"):
        FAMILIES["mfnet"].recipe("none")
    assert all("scenes" in family.recipes for family in FAMILIES.values())


@pytest.mark.parametrize("steps", [40, 5000])
def test_our_learning_rate_warms_up_and_falls_as_pytorchs_cosine(steps):
    warm_up = min(WARM_UP_STEPS, steps // 10)
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps - warm_up, eta_min=0.01)
    wanted = [(step + 1) / warm_up for step in range(warm_up)]
    for _ in range(warm_up, steps):
        wanted += cosine.get_last_lr()
        optimiser.step()
        cosine.step()
    ours = FAMILIES["emsnet"].recipe("nano")
    assert [schedule(ours, step, steps) for step in range(steps)] == pytest.approx(wanted, abs=1e-6)


def test_what_is_asked_of_a_recipe_changes_that_and_nothing_else():
    recipe = FAMILIES["mobanet"].recipe("nano")
    assert recipe.altered(None, None) == recipe
    assert recipe.masked_share == 0.25
    assert recipe.altered(None, None, masked=False) == replace(recipe, masked_share=0.0)
    assert recipe.altered(0.5, 3, 0.25, problem=MIXED) == replace(
        recipe, learning_rate=0.5, batch=3, randomised_share=0.25, problem=MIXED
    )


def training_without_memory(network, variant, recipe, banks, folder):
    """A training of a full-sized network whose weights take no memory, on its two tiny banks."""
    family = FAMILIES[network]
    with torch.device("meta"):
        state = family.variant(variant).build(num_classes=6).state_dict()
    flat = {key: torch.zeros((), dtype=x.dtype).expand(x.shape) for key, x in state.items()}
    torch.save({"state_dict": flat}, folder / "init.pt")
    settings = TrainingSettings(
        network=network, variant=variant, data="scenes", recipe_name=recipe,
        recipe=family.recipe(recipe), steps=1, seed=1, bank=banks, bank_scenes=3, bank_size_px=96,
        validation_scenes=1, validate_every=1, save_every=1, device="meta", precision="fp32",
        init=folder / "init.pt",
    )  # fmt: skip
    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # weights without memory stay as they are
        return Training(settings, folder / "run")


def optimised(training) -> int:
    """Numbers that the optimiser of a training was given."""
    groups = training.optimiser.param_groups
    return sum(parameter.numel() for group in groups for parameter in group["params"])


@pytest.mark.parametrize(
    ("network", "variant", "millions", "beside"),
    [
        # "6.18 M trainable" of MoBaNet's abstract; MFNet's table counts the encoder's part alone,
        # beside pyramid and decoder, whose count follows from the official key tables.
        ("mobanet", "dinov2_vitb14", 6.18, 0),
        ("mfnet", "vit_b_adpt", 14.20, 2_158_238),
        ("mfnet", "vit_b_lora", 1.03, 2_158_238),
    ],
)
def test_the_papers_recipe_trains_as_many_numbers_as_the_paper_says(
    network, variant, millions, beside, banks, tmp_path
):
    training = training_without_memory(network, variant, "paper", banks, tmp_path)
    assert round((optimised(training) - beside) / 1e6, 2) == millions


def test_other_recipes_train_everything(banks, tmp_path):
    training = training_without_memory("mobanet", "dinov2_vits14", "scenes", banks, tmp_path)
    assert optimised(training) == 25_308_032


def test_sam_under_mobanet_is_frozen_but_for_what_the_authors_add(banks, tmp_path):
    training = training_without_memory("mobanet", "sam_vit_b", "paper", banks, tmp_path)
    encoder = training.network.image_encoder.parameters()
    # Prompts, adapters and the DSM's patch embedding, counted in the official code.
    assert sum(p.numel() for p in encoder if p.requires_grad) == 9_511_680


@pytest.mark.parametrize(
    ("network", "frozen"),
    [
        ("mobanet", lambda key: key.startswith("image_encoder.backbone.")),
        ("mfnet", lambda key: "image_encoder." in key and "_Adapter" not in key),
    ],
)
def test_a_frozen_backbone_keeps_its_weights_and_all_else_learns(
    network, frozen, banks, tmp_path, capsys
):
    paper = ["--network", network, "--recipe", "paper", "--steps", "2"]
    assert train(banks, tmp_path / "none", *paper) == 1
    assert "frozen backbone" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()

    torch.manual_seed(0)
    begun = build_network(network, "nano", 6).state_dict()
    torch.save({"state_dict": begun}, tmp_path / "init.pt")
    assert train(banks, tmp_path / "run", *paper, "--init", str(tmp_path / "init.pt")) == 0
    learnt = stored(tmp_path / "run")["state_dict"]
    unread = "mask_token"  # masked pre-training's, which no network here has a use for
    for key, value in begun.items():
        if value.is_floating_point() and unread not in key:
            assert torch.equal(value, learnt[key]) == frozen(key), key


def test_masking_zeroes_one_rectangle_of_one_modality():
    torch.manual_seed(0)
    optical, dsm = torch.rand(64, 3, 64, 64) + 0.1, torch.rand(64, 1, 64, 64) + 0.1
    before = optical.clone(), dsm.clone()
    masked = mask_one_modality(optical, dsm, 0.25, (0.1, 0.3))
    assert torch.equal(optical, before[0]) and torch.equal(dsm, before[1])
    struck = []
    for window in range(64):
        holes = [(stream[window] == 0).numpy() for stream in masked]
        hit = [index for index, hole in enumerate(holes) if hole.any()]
        for stream, given in zip(masked, (optical, dsm), strict=True):
            left = stream[window] != 0
            assert torch.equal(stream[window][left], given[window][left])
        if not hit:
            continue
        assert len(hit) == 1  # never both
        hole = holes[hit[0]]
        assert (hole == hole[0]).all()  # every band of it
        assert 0.08 < hole.mean() < 0.32
        ((rows, columns),) = ndimage.find_objects(hole[0].astype(int))
        assert hole[0][rows, columns].all() and hole[0].sum() == hole[0][rows, columns].size
        struck += hit
    assert len(struck) == 16
    assert set(struck) == {0, 1}  # either one, in the end
    too_few = mask_one_modality(optical[:3], dsm[:3], 0.25, (0.1, 0.3))
    assert torch.equal(too_few[0], optical[:3]) and torch.equal(too_few[1], dsm[:3])


def test_hard_pixels_are_the_wrong_ones():
    target = torch.tensor([[[0, 1], [1, IGNORE]]])
    fused = torch.zeros(1, 2, 2, 2)
    fused[0, 0] = 1.0
    auxiliary = torch.randn(1, 2, 2, 2)
    loss = hard_pixel_loss(auxiliary, fused, target, None, IGNORE)
    flat = auxiliary[0, :, [0, 1], [1, 0]].T
    expected = torch.nn.functional.cross_entropy(flat, torch.tensor([1, 1]))
    assert loss.item() == pytest.approx(expected.item(), rel=1e-6)


def test_the_overlap_loss_of_sure_predictions_is_one_minus_their_mean_iou():
    random = np.random.default_rng(4)
    truth = random.integers(0, 4, (2, 16, 16))  # class 4 is predicted but nowhere true
    seen = np.where(random.random(truth.shape) < 0.7, truth, random.integers(0, 5, truth.shape))
    logits = torch.nn.functional.one_hot(torch.from_numpy(seen), 5).movedim(-1, 1) * 1e3
    target = torch.from_numpy(truth)
    target[0, :3] = IGNORE
    kept_pixels = target.numpy() != IGNORE
    iou = jaccard_score(truth[kept_pixels], seen[kept_pixels], labels=[0, 1, 2, 3], average=None)
    assert overlap_loss(logits, target, IGNORE).item() == pytest.approx(1 - iou.mean(), abs=1e-6)
    nothing = torch.full_like(target, IGNORE)
    assert overlap_loss(logits, nothing, IGNORE).item() == 0


def test_distillation_losses_count_only_up_to_twice_the_supervised():
    supervised = torch.tensor(1.0)
    assert kept(torch.tensor(1.9), supervised).item() == pytest.approx(1.9)
    assert kept(torch.tensor(2.1), supervised).item() == 0


def test_a_student_learns_from_a_teacher_and_resumes_exactly(banks, tmp_path, capsys):
    train(banks, tmp_path / "teacher", "--steps", "1")
    teacher = ["--teacher", str(tmp_path / "teacher" / "weights.pt"), "--steps", "2"]
    assert train(banks, tmp_path / "a", *teacher) == 0
    assert train(banks, tmp_path / "b", *teacher, "--stop-after", "1") == 0
    assert train(banks, tmp_path / "b", *teacher) == 0
    assert train(banks, tmp_path / "c", "--steps", "2") == 0
    assert train(banks, tmp_path / "d", *teacher, "--problem", "mixed") == 1
    assert "learnt the problem 'metres', not 'mixed'" in capsys.readouterr().err
    a, b, c = (stored(tmp_path / name) for name in "abc")
    for key, value in a["state_dict"].items():
        assert torch.equal(value, b["state_dict"][key])
    assert any(not torch.equal(v, c["state_dict"][k]) for k, v in a["state_dict"].items())


def test_a_network_is_its_own_perfect_teacher(banks, tmp_path):
    train(banks, tmp_path, "--steps", "2")
    from nadir_models.evaluate.evaluation import load_model

    model = load_model(tmp_path / "weights.pt")
    names = [CLASS_NAMES[i] for i in (5, 0, 1, 2, 3, 4)]
    distillation = Distillation(
        tmp_path / "weights.pt", model.network, FAMILIES["emsnet"], names, "metres"
    )
    optical, dsm = torch.rand(2, 3, 64, 64), torch.rand(2, 1, 64, 64)
    logits = model.network(optical, dsm)
    feature, logit = distillation.losses(optical, dsm, logits)
    assert logit.item() == pytest.approx(0, abs=1e-5)
    assert feature.item() > 0


def write(path, bands, origin=(0, 100)):
    path.parent.mkdir(parents=True, exist_ok=True)
    profile = dict(driver="GTiff", count=bands.shape[0], height=bands.shape[1],
                   width=bands.shape[2], dtype=bands.dtype, crs="EPSG:25832")  # fmt: skip
    if origin:
        profile["transform"] = from_origin(*origin, 1, 1)
    else:
        profile.pop("crs")
    with rasterio.open(path, "w", **profile) as target:
        target.write(bands)


def potsdam(folder, labels=None, dsm_size=96):
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 6, (96, 96)) if labels is None else labels
    for tile in ((2, 10), (2, 13)):
        name = f"top_potsdam_{tile[0]}_{tile[1]}"
        image = rng.integers(0, 255, (4, 96, 96)).astype(np.uint8)
        write(folder / "4_Ortho_RGBIR" / f"{name}_RGBIR.tif", image, None)
        heights = rng.random((1, dsm_size, dsm_size)).astype(np.float32) * 30
        write(folder / "1_DSM" / f"dsm_potsdam_{tile[0]:02d}_{tile[1]:02d}.tif", heights, None)
        colours = PALETTE[labels].transpose(2, 0, 1)
        write(folder / "5_Labels" / f"{name}_label.tif", colours, None)
        colours = colours.copy()
        colours[:, :5] = 0
        write(folder / "5_Labels" / f"{name}_label_noBoundary.tif", colours, None)
    return folder


def test_potsdam_layout_and_official_split(tmp_path):
    scenes = find_scenes(potsdam(tmp_path))
    assert [official_split(files) for files in scenes] == ["train", "test"]
    assert scenes[0].label.name == "top_potsdam_2_10_label.tif"
    eroded = find_scenes(tmp_path, eroded=True)
    assert eroded[0].label.name.endswith("noBoundary.tif")
    read = read_scene(eroded[0])
    assert (read.labels[:5] == IGNORE).all()
    assert read.labels[5:].max() <= 5
    assert read.image.shape == (96, 96, 4)


def test_the_official_split_leaves_the_published_training_tiles():
    """Potsdam's 24 and Vaihingen's 16 tiles whose labels came with the benchmark."""
    potsdam_tiles = {2: range(10, 15), 3: range(10, 15), 4: range(10, 16), 5: range(10, 16),
                     6: range(7, 16), 7: range(7, 14)}  # fmt: skip
    names = [f"top_potsdam_{r}_{c}_RGB" for r, columns in potsdam_tiles.items() for c in columns]
    areas = [*range(1, 9), *range(10, 18), *range(20, 25), *range(26, 36), 37, 38]
    names += [f"top_mosaic_09cm_area{area}" for area in areas]
    assert len(names) == 38 + 33
    files = [SceneFiles(name, Path(f"{name}.tif"), Path("dsm.tif"), None) for name in names]
    assert [f.name for f in files if official_split(f) == "train"] == [
        *(f"top_potsdam_{tile}_RGB" for tile in (
            "2_10 2_11 2_12 3_10 3_11 3_12 4_10 4_11 4_12 5_10 5_11 5_12 "
            "6_7 6_8 6_9 6_10 6_11 6_12 7_7 7_8 7_9 7_10 7_11 7_12").split()),
        *(f"top_mosaic_09cm_area{area}" for area in (
            1, 3, 5, 7, 11, 13, 15, 17, 21, 23, 26, 28, 30, 32, 34, 37)),
    ]  # fmt: skip


def test_vaihingen_layout(tmp_path):
    rng = np.random.default_rng(0)
    for area in (1, 2):
        image = rng.integers(0, 255, (3, 90, 70)).astype(np.uint8)
        write(tmp_path / "top" / f"top_mosaic_09cm_area{area}.tif", image, None)
        heights = rng.random((1, 90, 71)).astype(np.float32)
        write(tmp_path / "dsm" / f"dsm_09cm_matching_area{area}.tif", heights, None)
        colours = PALETTE[rng.integers(0, 6, (90, 70))].transpose(2, 0, 1)
        write(tmp_path / "gts_for_participants" / f"top_mosaic_09cm_area{area}.tif", colours, None)
    scenes = find_scenes(tmp_path)
    assert [official_split(files) for files in scenes] == ["train", "test"]
    assert all(files.label.parent.name == "gts_for_participants" for files in scenes)
    assert read_scene(scenes[0]).heights.shape == (90, 70)


def test_training_on_a_folder(tmp_path, banks):
    potsdam(tmp_path / "data")
    out = tmp_path / "run"
    assert train(banks, out, "--data", str(tmp_path / "data"), "--steps", "2",
                 "--problem", "mixed") == 0  # fmt: skip
    weights = torch.load(out / "weights.pt", weights_only=True)
    assert "1 scenes of the folder" in weights["trained_on"]
    assert weights["bands"] == ["red", "green", "blue"]


def test_a_dsm_on_another_grid_is_brought_onto_the_image(tmp_path):
    image = np.full((3, 40, 40), 100, np.uint8)
    write(tmp_path / "ortho.tif", image)
    heights = np.tile(np.arange(60, dtype=np.float32), (60, 1))[None]
    write(tmp_path / "dsm.tif", heights, (-10, 110))
    read = read_scene(find_scenes(tmp_path, need_labels=False)[0])
    assert read.heights[20] == pytest.approx(np.arange(10, 50), abs=1e-3)


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda d: (d / "1_DSM" / "dsm_potsdam_02_10.tif").unlink(), "top_potsdam_2_10_RGBIR.tif"),
        (lambda d: [p.unlink() for p in (d / "5_Labels").glob("*2_13*")], "top_potsdam_2_13_RGBIR"),
        (lambda d: potsdam(d, dsm_size=80), "dsm_potsdam_02_10.tif"),
        (
            lambda d: write(d / "5_Labels" / "top_potsdam_2_10_label.tif",
                            np.full((3, 96, 96), 128, np.uint8), None),
            "top_potsdam_2_10_label.tif",
        ),
        (
            lambda d: write(d / "5_Labels" / "top_potsdam_2_10_label.tif",
                            np.zeros((3, 50, 96), np.uint8), None),
            "top_potsdam_2_10_label.tif",
        ),
        (
            lambda d: write(d / "5_Labels" / "top_potsdam_2_10_label.tif",
                            np.full((1, 96, 96), 9, np.uint8), None),
            "top_potsdam_2_10_label.tif",
        ),
        (
            lambda d: (d / "4_Ortho_RGBIR" / "top_potsdam_2_10_RGBIR.tif").write_bytes(b"no"),
            "potsdam 2 10",
        ),
    ],
)  # fmt: skip
def test_a_bad_folder_is_refused_with_the_files_name(spoil, named, tmp_path, banks, capsys):
    data = potsdam(tmp_path / "data")
    spoil(data)
    mixed = ["--steps", "1", "--problem", "mixed"]
    assert train(banks, tmp_path / "run", "--data", str(data), *mixed) == 1
    assert named in capsys.readouterr().err


def test_colours_are_decoded_within_a_tolerance(tmp_path):
    rgb = PALETTE[np.arange(7)].T.reshape(3, 1, 7).astype(np.int16)
    shaken = np.clip(rgb + np.array([9, -7, 5]).reshape(3, 1, 1), 0, 255).astype(np.uint8)
    assert decode_colours(shaken, tmp_path).tolist() == [[0, 1, 2, 3, 4, 5, IGNORE]]


def test_a_colour_is_the_nearest_ones_up_to_64_away(tmp_path):
    colours = np.zeros((3, 1, 4000), np.uint8)
    colours[2] = 255
    colours[1, 0, 1:3] = 64, 65
    decoded = decode_colours(colours, tmp_path)[0]
    building = CLASS_NAMES.index("building")
    assert decoded[[0, 1, 2, 3]].tolist() == [building, building, IGNORE, building]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--data", "/nowhere"], "no folder"),
        (["--steps", "0"], "at least one"),
        (["--network", "unet"], "no network 'unet'; choose one of emsnet, mobanet, mfnet"),
    ],
)
def test_bad_settings_are_said(arguments, words, banks, tmp_path, capsys):
    assert train(banks, tmp_path, *arguments) == 1
    assert words in capsys.readouterr().err
