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
from pipelines.footprint.sampling.lanes import (
    INDEX,
    SINGLE,
    SINGLES,
    WORD,
    call,
    instruction,
    spread,
)


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
        order = ir.Constant(ir.VectorType(WORD, LANES), list(range(LANES)))
        return _Register(self.builder, self.builder.shuffle_vector(one.value, other.value, order))


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


@instruction
def draw(_typing: Any, counter: Any, sigma: Any) -> Any:
    """Sixteen lognormal multipliers of one quantity from its counter and sigma."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        eight = ir.VectorType(INDEX, LANES // 2)
        steps = [(k * STEP) & ((1 << 64) - 1) for k in range(LANES // 2)]
        counters = builder.add(spread(builder, args[0], eight), ir.Constant(eight, steps))
        of = _Registers(builder)
        sigmas = _Register(builder, spread(builder, args[1], SINGLES.vector))
        return multipliers(normals(mixed(_Register(builder, counters)), of), sigmas, of).value

    return SINGLES(types.uint64, types.float32), generate
