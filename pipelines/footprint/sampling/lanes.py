"""Sixteen samples side by side: the vector type of the kernels and what it can do.

Belongs here: a register of sixteen numbers as a type of the compiler, loading and storing
it, multiply-and-add, and the arithmetic by which ``draw_formula`` becomes machine code.
Does not belong here: algorithms (``kernels``). Imported only where kernels are needed: the
compiler costs half a second to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, models, register_model

from pipelines.footprint.sampling.draw_formula import LANES, STEP, mixed, multipliers, normals

if TYPE_CHECKING:
    from collections.abc import Callable

INDEX = ir.IntType(64)
WORD = ir.IntType(32)
SINGLE, DOUBLE = ir.FloatType(), ir.DoubleType()
FUSED = ("contract",)


class Lanes(types.Type):
    """Sixteen numbers that are handled as one."""

    def __init__(self, name: str, element: ir.Type) -> None:
        """Name the type and give it its element."""
        super().__init__(name=name)
        self.vector = ir.VectorType(element, LANES)


SINGLES, DOUBLES = Lanes("sixteen singles", SINGLE), Lanes("sixteen doubles", DOUBLE)


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, lanes: Lanes) -> None:
        super().__init__(manager, lanes, lanes.vector)  # type: ignore[no-untyped-call]


def instruction(function: Callable[..., Any]) -> Any:
    """A function of the kernels that is written in instructions of the machine."""
    return intrinsic(function)


def _lanes_of(array: Any) -> Lanes:
    return SINGLES if array.dtype == types.float32 else DOUBLES


def _place(context: Any, builder: Any, kind: Any, array: Any, row: Any, vector: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    start = builder.mul(row, ir.Constant(INDEX, LANES))
    return builder.bitcast(builder.gep(data, [start]), vector.as_pointer())


@instruction
def load(_typing: Any, array: Any, row: Any) -> Any:
    """The row of an (n, 16) array."""
    kind = _lanes_of(array)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = _place(context, builder, signature.args[0], args[0], args[1], kind.vector)
        found = builder.load(place)
        found.align = array.dtype.bitwidth // 8
        return found

    return kind(array, types.int64), generate


@instruction
def store(_typing: Any, array: Any, row: Any, lanes: Any) -> Any:
    """Put sixteen numbers into the row of an (n, 16) array."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = _place(context, builder, signature.args[0], args[0], args[1], lanes.vector)
        builder.store(args[2], place).align = array.dtype.bitwidth // 8
        return context.get_dummy_value()

    return types.void(array, types.int64, lanes), generate


def _spread(builder: Any, number: Any, vector: Any) -> Any:
    none = ir.Constant(vector, ir.Undefined)
    one = builder.insert_element(none, number, ir.Constant(WORD, 0))
    everywhere = ir.Constant(ir.VectorType(WORD, vector.count), [0] * vector.count)
    return builder.shuffle_vector(one, none, everywhere)


def _call(builder: Any, name: str, value: Any) -> Any:
    """One of the machine's own functions over a vector."""
    kind = value.type
    whole = f"{name}.v{kind.count}f{32 if kind.element == SINGLE else 64}"
    function = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
        builder.module, ir.FunctionType(kind, [kind]), whole
    )
    return builder.call(function, [value])


@instruction
def add_product(_typing: Any, total: Any, weight: Any, one: Any, other: Any) -> Any:
    """``total + weight * one * other``; singles are widened where the total is double."""
    number = types.float32 if total is SINGLES else types.float64

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        summed, factor, left, right = args
        if one is not total:
            left = builder.fpext(left, total.vector)
        if other is not total:
            right = builder.fpext(right, total.vector)
        weighted = builder.fmul(_spread(builder, factor, total.vector), left, flags=FUSED)
        return builder.fadd(builder.fmul(weighted, right, flags=FUSED), summed, flags=FUSED)

    return total(total, number, one, other), generate


@instruction
def taken(_typing: Any, total: Any, weight: Any, own: Any) -> Any:
    """``total + weight * own``, in the precision of the total."""
    number = types.float32 if total is SINGLES else types.float64

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        summed, factor, used = args
        if own is not total:
            used = builder.fpext(used, total.vector)
        weighted = builder.fmul(_spread(builder, factor, total.vector), used)
        return builder.fadd(summed, weighted)

    return total(total, number, own), generate


@instruction
def left_to_others(_typing: Any, total: Any, used: Any) -> Any:
    """``total / (1 - used)``: a node that uses part of its own output."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        one = ir.Constant(total.vector, [1.0] * LANES)
        return builder.fdiv(args[0], builder.fsub(one, args[1]))

    return total(total, used), generate


@instruction
def larger_move(_typing: Any, worst: Any, new: Any, old: Any) -> Any:
    """The larger of ``worst`` and ``|new - old|``, lane by lane."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        so_far, after, before = args
        moved = _call(builder, "llvm.fabs", builder.fsub(after, before))
        return builder.select(builder.fcmp_ordered("<", moved, so_far), so_far, moved)

    return worst(worst, new, old), generate


@instruction
def larger_relative_move(_typing: Any, worst: Any, new: Any, old: Any) -> Any:
    """The larger of ``worst`` and ``|new - old| / |new|``, lane by lane; 0 / 0 is 0."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        so_far, after, before = args
        tiny = ir.Constant(worst.vector, [1e-30] * LANES)
        size = _call(builder, "llvm.fabs", after)
        size = builder.select(builder.fcmp_ordered(">", size, tiny), size, tiny)
        moved = builder.fdiv(_call(builder, "llvm.fabs", builder.fsub(after, before)), size)
        return builder.select(builder.fcmp_ordered("<", moved, so_far), so_far, moved)

    return worst(worst, new, old), generate


@instruction
def plus(_typing: Any, one: Any, other: Any) -> Any:
    """The sum, in the precision of the first."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        left, right = args
        if other is not one:
            right = builder.fpext(right, one.vector)
        return builder.fadd(left, right)

    return one(one, other), generate


@instruction
def minus(_typing: Any, one: Any, other: Any) -> Any:
    """The difference of two of one precision."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.fsub(*args)

    return one(one, other), generate


@instruction
def singles(_typing: Any, lanes: Any) -> Any:
    """Doubles rounded to singles."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.fptrunc(args[0], SINGLES.vector)

    return SINGLES(lanes), generate


@instruction
def doubles(_typing: Any, lanes: Any) -> Any:
    """Singles as doubles."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.fpext(args[0], DOUBLES.vector)

    return DOUBLES(lanes), generate


class _Registers:
    """The arithmetic of registers: each operation becomes one instruction."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def _as(self, x: _Register, element: Any, how: str) -> _Register:
        kind = ir.VectorType(element, x.value.type.count)
        return _Register(self.builder, getattr(self.builder, how)(x.value, kind), x.is_signed)

    def _call(self, name: str, x: _Register) -> _Register:
        return _Register(self.builder, _call(self.builder, name, x.value))

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
        counters = builder.add(_spread(builder, args[0], eight), ir.Constant(eight, steps))
        of = _Registers(builder)
        spread = _Register(builder, _spread(builder, args[1], SINGLES.vector))
        return multipliers(normals(mixed(_Register(builder, counters)), of), spread, of).value

    return SINGLES(types.uint64, types.float32), generate
