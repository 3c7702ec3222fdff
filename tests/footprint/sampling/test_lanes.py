"""Do kernels read and write what stands in memory, and nothing that stands apart?"""

from __future__ import annotations

import numba
import numpy as np
import pytest

from pipelines.footprint.sampling.lanes import fetch, load, number, store


@numba.njit
def second(array):
    return number(array, 1)


@numba.njit
def first_row_over_last(array):
    fetch(array, 1_000_000)
    store(array, array.shape[0] - 1, load(array, 0))


@pytest.mark.parametrize(
    "values",
    [
        np.array([7, -9], np.int64), np.array([7, -9], np.int32), np.array([0.25, 0.1]),
        np.array([0.25, 0.1], np.float32), np.array([False, True]),
        np.array([1, 2**64 - 1], np.uint64),
    ],
    ids=lambda values: str(values.dtype),
)  # fmt: skip
def test_a_number_is_the_one_at_its_place(values) -> None:
    assert second(values) == values[1]


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_rows_of_sixteen_are_moved_whole_and_asking_beyond_the_end_is_no_harm(kind) -> None:
    rows = np.arange(48, dtype=kind).reshape(3, 16)
    first_row_over_last(rows)
    assert rows[2].tolist() == rows[0].tolist() == list(range(16))
    assert rows[1].tolist() == list(range(16, 32))


def test_arrays_whose_numbers_stand_apart_are_refused() -> None:
    with pytest.raises((TypeError, numba.TypingError)):
        second(np.arange(8)[::2])
    with pytest.raises((TypeError, numba.TypingError)):
        first_row_over_last(np.zeros((2, 32))[:, ::2])
