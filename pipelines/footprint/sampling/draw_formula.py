"""The definition of a draw: from a counter to a lognormal multiplier, in plain arithmetic.

Belongs here: the one formula, written for any sixteen numbers side by side, be they an
array of numpy or a register of the processor. It uses only operations that IEEE 754 rounds
exactly (add, multiply, divide, square root, conversions) in a fixed order and never a
fused multiply-add, so that every machine, thread and partition gets the same bits. Does
not belong here: which quantities are drawn (``spread``) and what is done with the draws.

Source:
    Counter to bits: the finaliser of MurmurHash3 (Appleby 2011), over counters in steps of
    the golden ratio as in SplitMix (Steele, Lea and Flood 2014). Bits to a
    normal variate: Box and Muller (1958). Logarithm, sine, cosine and exponential: their
    series, cut where the rest is below the rounding of a single.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LANES = 16
# Blocks that numpy draws at once.
AT_ONCE = 32
STEP = 0x9E3779B97F4A7C15
MIX = ((33, 0xFF51AFD7ED558CCD), (33, 0xC4CEB9FE1A85EC53))
LAST_SHIFT = 33
# Beyond this the multiplier would leave the range of a single: e to the power of 80.
FARTHEST = 80.0
# No normal variate is farther from zero: the logarithm of the smallest uniform.
FARTHEST_NORMAL = 6.8
LOG2_E = 1.0 / math.log(2.0)
# The logarithm of two in two parts: the first has few digits, so that whole multiples of
# it are exact.
LN2_HIGH = 0.693359375
LN2_LOW = math.log(2.0) - LN2_HIGH
ATANH = tuple(1.0 / k for k in (1, 3, 5, 7, 9))
SINE = tuple((-1.0) ** k / math.factorial(2 * k + 1) for k in range(5))
COSINE = tuple((-1.0) ** k / math.factorial(2 * k) for k in range(5))
EXPONENTIAL = tuple(1.0 / math.factorial(k) for k in range(8))
# A quarter turn for the full range of a signed 32-bit number.
QUARTER_TURN = math.pi / 2 / 2.0**32
MANTISSA, ONE_BITS, EXPONENT_AT, BIAS = 0x7FFFFF, 0x3F800000, 23, 127


class Arithmetic(Protocol):
    """What the formula needs beyond operators: conversions and roots of a lane vector."""

    def single(self, x: Any) -> Any:
        """32-bit integers as singles, rounded to nearest."""

    def whole(self, x: Any) -> Any:
        """Singles that are whole numbers as signed 32-bit integers."""

    def high(self, x: Any) -> Any:
        """The upper half of 64-bit numbers, unsigned."""

    def low(self, x: Any) -> Any:
        """The lower half of 64-bit numbers, signed."""

    def bits(self, x: Any) -> Any:
        """The bits of singles as signed 32-bit integers."""

    def of_bits(self, x: Any) -> Any:
        """The singles that signed 32-bit integers are the bits of."""

    def root(self, x: Any) -> Any:
        """Square roots."""

    def floor(self, x: Any) -> Any:
        """The whole numbers at or below."""

    def limited(self, x: Any, low: float, high: float) -> Any:
        """Values brought inside limits."""

    def beside(self, one: Any, other: Any) -> Any:
        """Two vectors of eight as one of sixteen."""


def mixed(counter: Any) -> Any:
    """64 bits without visible pattern from a counter."""
    for shift, factor in MIX:
        counter = (counter ^ (counter >> shift)) * factor
    return counter ^ (counter >> LAST_SHIFT)


def _series(x: Any, terms: tuple[float, ...]) -> Any:
    """A polynomial, from the highest power down."""
    total = x * terms[-1] + terms[-2]
    for term in reversed(terms[:-2]):
        total = total * x + term
    return total


def normals(bits: Any, of: Arithmetic) -> Any:
    """Sixteen standard normal variates from eight 64-bit numbers.

    Args:
        bits: eight numbers without pattern.
        of: arithmetic of their kind.

    Returns:
        Sixteen singles; none is farther from zero than ``FARTHEST_NORMAL``.
    """
    uniform = of.single(of.high(bits)) + 0.5
    raw = of.bits(uniform)
    exponent = of.single((raw >> EXPONENT_AT) - BIAS)
    mantissa = of.of_bits((raw & MANTISSA) | ONE_BITS)
    ratio = (mantissa - math.sqrt(2.0)) / (mantissa + math.sqrt(2.0))
    logarithm = (ratio * 2.0) * _series(ratio * ratio, ATANH) + (exponent - 31.5) * math.log(2.0)
    radius = of.root(of.limited(logarithm * -2.0, 0.0, 64.0))
    quarter = of.single(of.low(bits)) * QUARTER_TURN
    square = quarter * quarter
    sine, cosine = quarter * _series(square, SINE), _series(square, COSINE)
    sine_twice = (sine * 2.0) * cosine
    cosine_twice = 1.0 - (sine * 2.0) * sine
    return of.beside(
        radius * (1.0 - (sine_twice * 2.0) * sine_twice),
        radius * ((sine_twice * 2.0) * cosine_twice),
    )


def multipliers(normal: Any, sigma: Any, of: Arithmetic) -> Any:
    """``exp(sigma * normal)``; exactly one where sigma is zero."""
    power = of.limited(normal * sigma, -FARTHEST, FARTHEST)
    doublings = of.floor(power * LOG2_E + 0.5)
    rest = (power - doublings * LN2_HIGH) - doublings * LN2_LOW
    scale = of.of_bits((of.whole(doublings) + BIAS) << EXPONENT_AT)
    return _series(rest, EXPONENTIAL) * scale


class _Arrays:
    """The arithmetic of numpy arrays, the last axis being the lanes."""

    def single(self, x: Any) -> Any:
        return x.astype(np.float32)

    def whole(self, x: Any) -> Any:
        return x.astype(np.int32)

    def high(self, x: Any) -> Any:
        return (x >> 32).astype(np.uint32)

    def low(self, x: Any) -> Any:
        return x.astype(np.uint32).view(np.int32)

    def bits(self, x: Any) -> Any:
        return x.view(np.int32)

    def of_bits(self, x: Any) -> Any:
        return x.view(np.float32)

    def root(self, x: Any) -> Any:
        return np.sqrt(x)

    def floor(self, x: Any) -> Any:
        return np.floor(x)

    def limited(self, x: Any, low: float, high: float) -> Any:
        return np.minimum(np.maximum(x, np.float32(low)), np.float32(high))

    def beside(self, one: Any, other: Any) -> Any:
        return np.concatenate([one, other], axis=-1)


ARRAYS = _Arrays()


def starting_point(seed: int, block: int) -> int:
    """The 64-bit number from which the counters of one block of samples go on.

    Args:
        seed: any whole number.
        block: number of the block; sample ``s`` lies in block ``s // 16``.
    """
    wrap = (1 << 64) - 1
    state = (seed * 0xD1342543DE82EF95 + 0x2545F4914F6CDD1D) & wrap
    with np.errstate(over="ignore"):
        state = int(mixed(np.uint64(state)))
        return int(mixed(np.uint64((state + block * STEP) & wrap)))


def drawn(
    keys: NDArray[np.uint64],
    sigmas: NDArray[np.float64],
    samples: int,
    seed: int,
    first_block: int = 0,
) -> NDArray[np.float32]:
    """Lognormal multipliers of median one, counter based.

    A draw depends on the seed, the number of the sample and the key of the quantity alone:
    not on what else is drawn, nor on the order, nor on who draws it.

    Args:
        keys: (k) the 64-bit keys of the quantities.
        sigmas: (k) standard deviations of ln x.
        samples: how many samples.
        seed: the seed.
        first_block: the block of the first sample.

    Returns:
        (samples, k) multipliers as singles.

    Example:
        >>> m = drawn(np.array([1, 2], np.uint64), np.array([0.0, 0.1]), 3, 7)
        >>> m.shape, bool((m[:, 0] == 1).all())
        ((3, 2), True)
    """
    blocks = -(-samples // LANES)
    found = np.empty((blocks, LANES, len(keys)), np.float32)
    counters = np.arange(LANES // 2, dtype=np.uint64) * np.uint64(STEP)
    sigma = sigmas.astype(np.float32)[None, :, None]
    with np.errstate(over="ignore"):
        for start in range(0, blocks, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, blocks))
            bases = [starting_point(seed, first_block + number) for number in numbers]
            base = np.array(bases, np.uint64)[:, None, None]
            bits = mixed((keys[None, :, None] + base) + counters)
            lanes = multipliers(normals(bits, ARRAYS), sigma, ARRAYS)
            found[start : start + len(bases)] = lanes.transpose(0, 2, 1)
    return found.reshape(blocks * LANES, len(keys))[:samples]
