"""Sixteen samples side by side: the vector type of the kernels, and its way to memory.

Belongs here: a register of sixteen numbers as a type of the compiler, loading and storing
it, numbers of plain arrays. Does not belong here: what is done with registers
(``lane_arithmetic``), draws (``registers``) and algorithms (``kernels``). Imported only where
kernels are needed: the compiler costs half a second to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, models, register_model

from pipelines.footprint.sampling.draw_formula import LANES

if TYPE_CHECKING:
    from collections.abc import Callable

INDEX = ir.IntType(64)
WORD = ir.IntType(32)
SINGLE, DOUBLE = ir.FloatType(), ir.DoubleType()
# To be read, into the second nearest cache, data: a request for the nearest one holds one of
# the few places for lines under way until memory has answered, and what rows gather waits.
FOR_READING = (0, 2, 1)


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


def _kept_together(array: Any) -> Any:
    """The array, refused where its numbers do not stand one after another."""
    if array.layout != "C":
        raise TypeError(array)
    return array


def _lanes_of(array: Any) -> Lanes:
    _kept_together(array)
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
def load_either(_typing: Any, array: Any, row: Any, other: Any, first: Any) -> Any:
    """A row of an array; rows below zero are those of the other, from ``first`` on.

    Row ``-1 - k`` of the one is row ``k - first`` of the other. Without a branch: which of
    the two it is follows no pattern.
    """
    kind = _lanes_of(array)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        one, number, another, begin = args
        beyond = builder.sub(builder.sub(ir.Constant(INDEX, -1), number), begin)
        here = _place(context, builder, signature.args[0], one, number, kind.vector)
        there = _place(context, builder, signature.args[2], another, beyond, kind.vector)
        is_there = builder.icmp_signed("<", number, ir.Constant(INDEX, 0))
        found = builder.load(builder.select(is_there, there, here))
        found.align = array.dtype.bitwidth // 8
        return found

    return kind(array, types.int64, other, types.int64), generate


@instruction
def store(_typing: Any, array: Any, row: Any, lanes: Any) -> Any:
    """Put sixteen numbers into the row of an (n, 16) array."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = _place(context, builder, signature.args[0], args[0], args[1], lanes.vector)
        builder.store(args[2], place).align = array.dtype.bitwidth // 8
        return context.get_dummy_value()

    return types.void(array, types.int64, lanes), generate


@instruction
def number(_typing: Any, array: Any, at: Any) -> Any:
    """One number of an array, at a place that is inside it.

    The compiler's own way allows for places counted from the end, which costs the loops of the
    kernels a third of their time.
    """
    is_short = _kept_together(array).dtype == types.int32
    kind = types.int64 if is_short else array.dtype

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        found = builder.load(builder.gep(data, [args[1]]))
        if array.dtype == types.boolean:
            return builder.icmp_unsigned("!=", found, ir.Constant(found.type, 0))
        return builder.sext(found, INDEX) if is_short else found

    return kind(array, types.int64), generate


@instruction
def fetch(_typing: Any, array: Any, row: Any) -> Any:
    """Ask memory for a row of an (n, 16) array that is wanted soon.

    A row beyond the end is no harm. The processor itself asks ahead, but at every page of
    memory it begins anew.
    """
    lanes = _lanes_of(array)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        byte = ir.IntType(8).as_pointer()
        place = _place(context, builder, signature.args[0], args[0], args[1], lanes.vector)
        kind = ir.FunctionType(ir.VoidType(), [byte, WORD, WORD, WORD])
        asked = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
            builder.module, kind, "llvm.prefetch.p0i8"
        )
        how = [ir.Constant(WORD, one) for one in FOR_READING]
        builder.call(asked, [builder.bitcast(place, byte), *how])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate
