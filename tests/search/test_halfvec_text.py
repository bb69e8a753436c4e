"""Vectors reach Postgres as the half precision numbers that they round to."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import connection

from search.filter_columns import halfvec_text


@pytest.mark.django_db
def test_every_number_of_half_precision_arrives_as_it_is():
    numbers = np.arange(2**16, dtype=np.uint16).view(np.float16)
    finite = numbers[np.isfinite(numbers)]

    for part in np.array_split(finite, 4):
        with connection.cursor() as cursor:
            cursor.execute("SELECT halfvec_send(%s::halfvec)", [halfvec_text(part)])
            [(sent,)] = cursor.fetchall()
        arrived = np.frombuffer(sent, dtype=">f2", offset=4)
        np.testing.assert_array_equal(arrived, part)
