"""Where something is in a picture comes from the pass that made its vector, and moves no vector."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image, ImageDraw

from search.embedding import Embedded, Embedder, EmbedderUnavailable, make_embedder
from search.embedding.batching import Batch, Seen, embed_in_batches
from search.embedding.exported import ExportedModel
from search.embedding.fake import FakeEmbedder
from search.embedding.objects import Box
from search.embedding.onnx_session import look_with, open_session
from search.embedding.views import whole_view
from tests.embedding.own_cards import TINY

GROUND = (214, 210, 200)


def scene(*things: Box) -> Image.Image:
    """Discs and bars in strong colours on a plain ground, 480 x 360."""
    image = Image.new("RGB", (480, 360), GROUND)
    draw = ImageDraw.Draw(image)
    for number, (x, y, width, height) in enumerate(things):
        edges = (480 * x, 360 * y, 480 * (x + width), 360 * (y + height))
        shape = draw.rectangle if number else draw.ellipse
        shape(edges, fill=(30, 60, 190) if number else (200, 30, 40))
    return image


def boxes_by(embedder: Embedder, image: Image.Image) -> tuple[Box, ...]:
    [outcome] = embedder.embed([image])
    assert isinstance(outcome, Embedded)
    return outcome.boxes


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(across, 0) * max(down, 0)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def pixels_as_map(batch: Batch) -> Seen:
    return Seen(batch.mean(axis=(2, 3)), batch[:, 0])


ONE, TWO = (0.15, 0.2, 0.35, 0.45), (0.625, 0.45, 0.25, 0.4)


def test_the_map_is_that_of_the_view_of_the_whole_picture():
    card = replace(TINY, views=("zoom70", "squash"))
    image = Image.new("RGB", (40, 40))
    image.paste((255, 255, 255), (0, 0, 20, 20))

    [outcome] = embed_in_batches([image], card=card, look=pixels_as_map, batch_size=4)

    assert isinstance(outcome, Embedded)
    assert outcome.boxes == ((0.0, 0.0, 0.5, 0.5),)


def test_a_picture_that_is_never_seen_whole_has_no_boxes():
    card = replace(TINY, views=("zoom70",))

    [outcome] = embed_in_batches([scene(ONE)], card=card, look=pixels_as_map, batch_size=4)

    assert isinstance(outcome, Embedded)
    assert outcome.attention is None
    assert outcome.boxes == ()


def test_a_network_with_another_number_of_maps_than_pictures_is_told_so():
    def look(batch: Batch) -> Seen:
        return Seen(batch.mean(axis=(2, 3)), np.zeros((3, 4, 4), dtype=np.float32))

    with pytest.raises(EmbedderUnavailable, match=r"2 pictures with a map of shape \(3, 4, 4\)"):
        embed_in_batches([scene(ONE)] * 2, card=TINY, look=look, batch_size=4)


@pytest.mark.parametrize(
    ("views", "place"),
    [
        (("squash",), 0),
        (("zoom70", "squash"), 1),
        (("zoom70", "squash320", "squash"), 1),
        (("centre",), None),
    ],
)
def test_the_first_view_that_cuts_nothing_off_is_the_whole_one(views, place):
    assert whole_view(views) == place


def test_each_picture_keeps_its_own_map_beside_rejected_ones():
    images = [scene(ONE), Image.new("RGB", (0, 9)), scene(TWO)]

    first, _, last = FakeEmbedder().embed(images)

    assert isinstance(first, Embedded)
    assert isinstance(last, Embedded)
    assert overlap(first.boxes[0], ONE) > 0.7
    assert overlap(last.boxes[0], TWO) > 0.7


def test_the_fake_embedder_boxes_what_differs_from_the_ground():
    boxes = boxes_by(FakeEmbedder(), scene(ONE, TWO))

    assert len(boxes) == 2
    assert max(overlap(box, ONE) for box in boxes) > 0.7
    assert max(overlap(box, TWO) for box in boxes) > 0.7


def test_the_fake_embedder_finds_nothing_on_a_picture_of_one_colour():
    assert boxes_by(FakeEmbedder(), scene()) == ()


def test_a_network_that_was_exported_without_a_map_serves_on_without_boxes(
    tiny_export: ExportedModel, tmp_path: Path
):
    embedder = make_embedder(TINY, data_dir=tmp_path)

    assert boxes_by(embedder, scene(ONE)) == ()


def test_the_outputs_of_a_network_are_told_apart_by_name(tmp_path: Path):
    path = tmp_path / "model.onnx"
    onnx.save(_map_before_features(), path)

    seen = look_with(open_session(path, threads=1), np.ones((2, 3, 4, 4), dtype=np.float32))

    assert seen.features.tolist() == [[1, 1, 1], [1, 1, 1]]
    assert seen.attention is not None
    assert seen.attention.tolist() == [[[3] * 4] * 4] * 2


def _map_before_features() -> onnx.ModelProto:
    value = helper.make_tensor_value_info
    pixels = value("pixels", TensorProto.FLOAT, ["batch", 3, 4, 4])
    outputs = [
        value("attention", TensorProto.FLOAT, ["batch", 4, 4]),
        value("features", TensorProto.FLOAT, ["batch", 3]),
    ]
    constants = [
        helper.make_tensor("channels", TensorProto.INT64, [1], [1]),
        helper.make_tensor("places", TensorProto.INT64, [2], [2, 3]),
    ]
    nodes = [
        helper.make_node("ReduceSum", ["pixels", "channels"], ["attention"], keepdims=0),
        helper.make_node("ReduceMean", ["pixels", "places"], ["features"], keepdims=0),
    ]
    graph = helper.make_graph(nodes, "two-outputs", [pixels], outputs, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


@pytest.mark.model
@pytest.mark.parametrize("engine", ["lite0", "lite0_openvino", "lite0_torch", "lite0_int8"])
def test_lite0_boxes_a_thing_on_a_plain_ground(engine, request):
    boxes = boxes_by(request.getfixturevalue(engine), scene(ONE))

    assert len(boxes) == 1
    assert overlap(boxes[0], ONE) > 0.5


@pytest.mark.model
def test_lite0_boxes_two_things_apart(lite0):
    boxes = boxes_by(lite0, scene(ONE, TWO))

    assert len(boxes) == 2
    assert max(overlap(box, ONE) for box in boxes) > 0.6
    assert max(overlap(box, TWO) for box in boxes) > 0.6


@pytest.mark.model
def test_a_card_of_ones_own_that_says_where_something_is_has_boxes(tmp_path: Path):
    card = replace(TINY, backbone="tests.embedding.own_networks:attentive")

    boxes = boxes_by(make_embedder(card, data_dir=tmp_path), scene(ONE))

    assert len(boxes) == 1
    assert overlap(boxes[0], ONE) > 0.7
