"""The table by which weights are chosen, against a worked example."""

import json

from nadir_models.__main__ import main
from nadir_models.evaluate.report_table import SYNTHETIC_CONVENTION


def write(folder, name, **entry):
    (folder / f"{name}.json").write_text(json.dumps([entry]))


def scene(miou, share=0.0, **iou):
    return {"scene": {"miou": miou, "ioUPerClass": iou, "carOrClutterShare": share}}


def test_the_real_score_is_the_mean_of_four_numbers(tmp_path, capsys):
    write(tmp_path, "net-synthetic", **{SYNTHETIC_CONVENTION: {"miou": 0.7}})
    write(tmp_path, "net-burgundy", scenes=scene(0.9, 0.012, ground=0.95, building=0.85))
    write(tmp_path, "net-poitou", scenes=scene(0.6, ground=0.99, vegetation=0.6, building=0.21))
    write(tmp_path, "net-autzen", scenes=scene(0.98, ground=0.98))
    write(tmp_path, "net-photos", scenes=scene(0.5, other=0.6, building=0.4))
    write(tmp_path, "net-burgundy--flat-dsm", scenes=scene(0.45, ground=0.7, building=0.2))
    # Without photos there is no real score, rather than one of three numbers.
    write(tmp_path, "other-synthetic", **{SYNTHETIC_CONVENTION: {"miou": 0.65}})
    write(tmp_path, "other-burgundy", scenes=scene(0.9, ground=0.95, building=0.85))

    assert main(["table", str(tmp_path)]) == 0
    net, other = capsys.readouterr().out.splitlines()[2:]
    # (0.9 + 0.6 + 0.98 + 0.4) / 4 = 0.72
    assert net == (
        "| net | 0.950, 0.850; 1.2 % | 0.990, 0.600, 0.210; 0.0 % | 0.980; 0.0 % | 0.400 | 0.720 "
        "| 0.700 | 0.450, –, –, – |"
    )
    assert other == "| other | 0.950, 0.850; 0.0 % | – | – | – | – | 0.650 | –, –, –, – |"


def test_a_folder_without_reports_is_refused(tmp_path, capsys):
    assert main(["table", str(tmp_path)]) == 1
    assert "holds no NAME-synthetic.json" in capsys.readouterr().err
