"""The draw in registers: the one formula of ``draw_formula`` turned into instructions.

Belongs here: a vector of the machine with the operators of a number, so that the formula
that numpy runs also writes the machine code. Does not belong here: the formula itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types

from pipelines.footprint.sampling.draw_formula import LANES, STEP, mixed, multipliers, normals
from pipelines.footprint.sampling.lane_arithmetic import call
from pipelines.footprint.sampling.lanes import INDEX, SINGLE, SINGLES, WORD, instruction

# Quantities that are drawn side by side.
TOGETHER = 8


class _Registers:
    """The arithmetic of registers: each operation becomes one instruction."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def _as(self, x: _Register, element: Any, how: str) -> _Register:
        kind = ir.VectorType(element, x.value.type.count)
        return _Register(self.builder, getattr(self.builder, how)(x.value, kind), x.is_signed)

    def _call(self, name: str, x: _Register) -> _Register:
        return _Register(self.builder, call(self.builder, name, x.value))

    def single(self, x: _Register) -> _Register:
        return self._as(x, SINGLE, "sitofp" if x.is_signed else "uitofp")

    def whole(self, x: _Register) -> _Register:
        return self._as(x, WORD, "fptosi").signed()

    def high(self, x: _Register) -> _Register:
        return self._as(x >> 32, WORD, "trunc")

    def low(self, x: _Register) -> _Register:
        return self._as(x, WORD, "trunc").signed()

    def bits(self, x: _Register) -> _Register:
        return self._as(x, WORD, "bitcast").signed()

    def of_bits(self, x: _Register) -> _Register:
        return self._as(x, SINGLE, "bitcast")

    def root(self, x: _Register) -> _Register:
        return self._call("llvm.sqrt", x)

    def floor(self, x: _Register) -> _Register:
        return self._call("llvm.floor", x)

    def limited(self, x: _Register, low: float, high: float) -> _Register:
        lower, upper = x.like(low), x.like(high)
        b = self.builder
        above = b.select(b.fcmp_ordered(">", x.value, lower), x.value, lower)
        return _Register(b, b.select(b.fcmp_ordered("<", above, upper), above, upper))

    def beside(self, one: _Register, other: _Register) -> _Register:
        """Eights of both in turn, so that each quantity has its sixteen together."""
        half, total = LANES // 2, one.value.type.count
        order = [
            side * total + first + lane
            for first in range(0, total, half)
            for side in (0, 1)
            for lane in range(half)
        ]
        places = ir.Constant(ir.VectorType(WORD, len(order)), order)
        return _Register(self.builder, self.builder.shuffle_vector(one.value, other.value, places))


class _Register:
    """A vector of the machine with the operators of a number."""

    def __init__(self, builder: Any, value: Any, is_signed: bool = False) -> None:  # noqa: FBT001, FBT002
        self.builder, self.value, self.is_signed = builder, value, is_signed

    def signed(self) -> _Register:
        return _Register(self.builder, self.value, True)  # noqa: FBT003

    def like(self, number: Any) -> Any:
        """A constant in every lane."""
        kind = self.value.type
        value = float(np.float32(number)) if kind.element == SINGLE else int(number)
        return ir.Constant(kind, [value] * kind.count)

    def _do(self, whole: str, real: str, other: Any, *, turned: bool = False) -> _Register:
        right = other.value if isinstance(other, _Register) else self.like(other)
        pair = (right, self.value) if turned else (self.value, right)
        name = real if self.value.type.element == SINGLE else whole
        return _Register(self.builder, getattr(self.builder, name)(*pair), self.is_signed)

    def __add__(self, other: Any) -> _Register:
        return self._do("add", "fadd", other)

    def __sub__(self, other: Any) -> _Register:
        return self._do("sub", "fsub", other)

    def __rsub__(self, other: Any) -> _Register:
        return self._do("sub", "fsub", other, turned=True)

    def __mul__(self, other: Any) -> _Register:
        return self._do("mul", "fmul", other)

    def __truediv__(self, other: Any) -> _Register:
        return self._do("sdiv", "fdiv", other)

    def __rshift__(self, other: Any) -> _Register:
        return self._do("ashr" if self.is_signed else "lshr", "", other)

    def __lshift__(self, other: Any) -> _Register:
        return self._do("shl", "", other)

    def __and__(self, other: Any) -> _Register:
        return self._do("and_", "", other)

    def __or__(self, other: Any) -> _Register:
        return self._do("or_", "", other)

    def __xor__(self, other: Any) -> _Register:
        return self._do("xor", "", other)


def _each(builder: Any, numbers: list[Any], lanes: int, element: Any) -> Any:
    """A vector that holds each number in so many lanes, one number after another."""
    held = ir.Constant(ir.VectorType(element, len(numbers)), ir.Undefined)
    for at, number in enumerate(numbers):
        held = builder.insert_element(held, number, ir.Constant(WORD, at))
    order = [at for at in range(len(numbers)) for _ in range(lanes)]
    return builder.shuffle_vector(held, held, ir.Constant(ir.VectorType(WORD, len(order)), order))


def _drawn(builder: Any, counters: list[Any], sigmas: list[Any]) -> Any:
    """Sixteen lognormal multipliers of each quantity, one quantity after another."""
    half = LANES // 2
    steps = [(k * STEP) & ((1 << 64) - 1) for k in range(half)] * len(counters)
    starts = _each(builder, counters, half, INDEX)
    numbered = builder.add(starts, ir.Constant(starts.type, steps))
    of = _Registers(builder)
    spreads = _Register(builder, _each(builder, sigmas, LANES, SINGLE))
    return multipliers(normals(mixed(_Register(builder, numbered)), of), spreads, of).value


@instruction
def draw(_typing: Any, counter: Any, sigma: Any) -> Any:
    """Sixteen lognormal multipliers of one quantity from its counter and sigma."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return _drawn(builder, [args[0]], [args[1]])

    return SINGLES(types.uint64, types.float32), generate


@instruction
def draw_some(_typing: Any, keys: Any, base: Any, sigmas: Any, first: Any, out: Any) -> Any:
    """The multipliers of ``TOGETHER`` quantities from ``first`` on, into rows of (k, 16).

    The same numbers as one by one; side by side the processor need not wait for any.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def entries(array: int) -> list[Any]:
            data = context.make_array(signature.args[array])(context, builder, args[array]).data
            places = [builder.add(args[3], ir.Constant(INDEX, k)) for k in range(TOGETHER)]
            return [builder.load(builder.gep(data, [place])) for place in places]

        counters = [builder.add(key, args[1]) for key in entries(0)]
        found = _drawn(builder, counters, entries(2))
        rows = context.make_array(signature.args[4])(context, builder, args[4]).data
        start = builder.mul(args[3], ir.Constant(INDEX, LANES))
        place = builder.bitcast(builder.gep(rows, [start]), found.type.as_pointer())
        builder.store(found, place).align = 4
        return context.get_dummy_value()

    return types.void(keys, types.uint64, sigmas, types.int64, out), generate
