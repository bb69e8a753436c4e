"""What an owner is advised to do after a tuning."""

from __future__ import annotations

from typing import Any

import pytest

from search.services.tuning.advice import sentences, what_would_help
from search.tuning.types import TuningReport
from tests.search.test_tune_policy import REPORT


def report(**changes: Any) -> TuningReport:
    return TuningReport(**{**REPORT, "several_photos_share": 0.3, **changes})


def test_what_a_second_photo_adds_here_is_told():
    assert what_would_help(report(second_photo_measured=True)) == (
        "A second photo of each product would help: 30 % of your products have one. With two "
        "photos of each, a hundred searches would find the right product about 12 times more often."
    )


def test_where_it_was_not_measured_here_other_shops_are_named():
    assert what_would_help(report(second_photo_gain=7.0)) == (
        "A second photo of each product would help: 30 % of your products have one. In other "
        "shops, with two photos of each, a hundred searches found the right product about 7 times "
        "more often."
    )


@pytest.mark.parametrize("gain", [-5.0, 0.0, 1.4])
def test_what_hardly_helps_is_not_advised(gain: float):
    told = report(second_photo_gain=gain, second_photo_measured=True)

    assert what_would_help(told) == ""
    assert len(sentences(told)) == 2


def test_a_shop_whose_products_have_several_photos_needs_no_advice():
    assert what_would_help(report(several_photos_share=0.8)) == ""
