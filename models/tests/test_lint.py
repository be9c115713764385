"""Graphs that are warned of, and those beside them that are not."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from nadir_models.graph.lint import lint


@pytest.mark.parametrize(
    ("weight", "rules"),
    [
        ((8, 6, 3, 3), ["conv-vec3"]),
        ((8, 6, 3, 1), ["conv-vec3"]),
        ((8, 6, 1, 3), ["conv-vec3"]),
        ((8, 6, 1, 1), []),
        ((8, 3, 3, 3), []),
        ((8, 8, 3, 3), []),
        ((8, 12, 3, 3), []),
        ((6, 6, 3, 3), []),
    ],
    ids=str,
)
def test_convolutions_of_three_channels_at_a_time_are_warned_of(weight, rules):
    rows, columns = (17 - side for side in weight[2:])
    output = [1, weight[0], rows, columns]
    graph = helper.make_graph(
        [helper.make_node("Conv", ["optical", "w"], ["logits"], "conv")],
        "g",
        [helper.make_tensor_value_info("optical", TensorProto.FLOAT, [1, weight[1], 16, 16])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, output)],
        [numpy_helper.from_array(np.zeros(weight, np.float32), "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(model)
    assert [finding.rule for finding in lint(model)] == rules


@pytest.mark.parametrize(
    ("precision", "rules"),
    [(TensorProto.FLOAT16, ["half-overflow"]), (TensorProto.DOUBLE, [])],
    ids=["half", "double"],
)
def test_what_overflows_half_precision_is_warned_of_there_only(precision, rules):
    nodes = [
        helper.make_node("Cast", ["optical"], ["narrow"], "narrow", to=precision),
        helper.make_node("Exp", ["narrow"], ["grown"], "exp"),
        helper.make_node("Cast", ["grown"], ["logits"], "wide", to=TensorProto.FLOAT),
    ]
    value = helper.make_tensor_value_info("optical", TensorProto.FLOAT, [1, 4])
    result = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 4])
    graph = helper.make_graph(nodes, "g", [value], [result])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    assert [finding.rule for finding in lint(model)] == rules
