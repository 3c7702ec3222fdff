"""Compiled loops: draw a block of samples, sweep the system until every row holds.

Belongs here: what must run at the speed of memory. The unknown ``u`` is the intensity of
every product over its nominal one, sixteen samples side by side:
``u_j = c_j + sum_i s_ij m_ij u_i`` with ``s`` the nominal share of input ``i`` in the
intensity of ``j`` (free of units) and ``m`` the drawn multipliers. Each row is replaced by
its right side, suppliers before takers (Gauss and Seidel); the few that close nearly all
loops are swept alone in between and mixed with their own past (Anderson 1965). The first
sweep draws what it is about to use; sweeps begin in singles and end in doubles.

A row that no row before it takes from holds exactly once it has been replaced. So the
rows to watch are those that close loops: when none of them moves by more than the
tolerance any more, every row of every sample holds to it. What that means for results,
``error_bound`` proves.

Does not belong here: the order of the sweep (``sweep_order``) and everything that runs once
(``large_system``).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.footprint.sampling.compiler import compiled
from pipelines.footprint.sampling.draw_formula import LANES
from pipelines.footprint.sampling.lane_arithmetic import add_product, doubles, singles, smaller
from pipelines.footprint.sampling.lanes import load, load_either, number, store
from pipelines.footprint.sampling.mixing import mix
from pipelines.footprint.sampling.one_sweep import add_up, sweep
from pipelines.footprint.sampling.registers import TOGETHER, draw, draw_some

# Rows that are drawn and swept while what was drawn is still near the processor.
AT_ONCE = 32
HUB_SWEEPS = 60
# Singles see no moves below their own rounding; doubles take over well before.
SINGLE_LIMIT, SINGLE_FLOOR = 1e-2, 1e-6
# Rows outside the core take little from what is swept after them: they may move more.
FAR = 10.0
# Of all sweeps, this part may be spent in singles: where one sample of a block never settles,
# the others still do.
IN_SINGLES = 10
SLACK, START = 0.2, 1e-2
CORE_SWEEPS, CORE_SLACK = 12, 3e-2
# Whether what has settled is the end of it.
NOT_YET, AT_LAST = False, True


@compiled
def draw_block(base: Any, keys: Any, sigmas: Any, out: Any) -> None:
    """Multipliers of every quantity for one block of samples into ``out`` (k, 16)."""
    _draw(0, keys.size, base, keys, sigmas, out)


@compiled
def _draw(first: Any, last: Any, base: Any, keys: Any, sigmas: Any, out: Any) -> None:
    k = first
    if last - first >= TOGETHER:
        while k < last:
            # The last ones are drawn with some once more: the same numbers, sooner than alone.
            k = min(k, last - TOGETHER)
            draw_some(keys, base, sigmas, k, out)
            k += TOGETHER
    while k < last:
        store(out, k, draw(number(keys, k) + base, number(sigmas, k)))
        k += 1


@compiled
def _draw_rows(first: Any, last: Any, base: Any, draws: Any, direct: Any, drawn: Any,
               passing: Any, c: Any, zero: Any) -> None:  # fmt: skip
    """Draw what some rows are the first to use, and add up what they emit themselves.

    What nothing but the emissions of one row uses is drawn into ``passing`` and not kept.
    """
    keys, sigmas, needed, own_keys, own_sigmas, own_needed = draws
    _draw(needed[first], needed[last], base, keys, sigmas, drawn)
    begin, end = own_needed[first], own_needed[last]
    _draw(0, end - begin, base, own_keys[begin:end], own_sigmas[begin:end], passing)
    starts, weights, amounts, factors = direct
    for j in range(first, last):
        total = load(zero, 0)
        for p in range(number(starts, j), number(starts, j + 1)):
            one = load_either(drawn, number(amounts, p), passing, begin)
            other = load_either(drawn, number(factors, p), passing, begin)
            total = add_product(total, number(weights, p), one, other)
        store(c, j, total)


@compiled
def _hubs(low: Any, mid: Any, limit: Any, parts: Any, system: Any, watched: Any, drawn: Any,
          sums: Any, u: Any, worst: Any) -> None:  # fmt: skip
    """Sweep the hubs alone until they move by less than the limit."""
    for _ in range(HUB_SWEEPS):
        if sweep(low, mid, parts[1], system, watched, drawn, sums[1], u, worst) < limit:
            break


@compiled
def _sweep_core(low: Any, mid: Any, core: Any, parts: Any, system: Any, watched: Any,
                drawn: Any, sums: Any, u: Any, last: Any, worst: Any,
                worst_of_hubs: Any) -> Any:  # fmt: skip
    """Sweep core and hubs once, what comes from all others being added up; returns moves.

    The hubs as they were are left in ``last``.
    """
    gap = sweep(mid, core, parts[0], system, watched, drawn, sums[0], u, worst)
    for j in range(mid - low):
        store(last, j, doubles(load(u, low + j)))
    add_up(low, mid, parts[0], parts[1], system, drawn, sums[0], u, sums[1])
    hub = sweep(low, mid, parts[1], system, watched, drawn, sums[1], u, worst_of_hubs)
    return gap, hub


@compiled
def _settle_core(
    span: Any, gap: Any, limit: Any, mixed: Any, parts: Any, system: Any, watched: Any,
    drawn: Any, sums: Any, u: Any, memory: Any, worst: Any, worst_of_hubs: Any,
) -> Any:  # fmt: skip
    """Sweep hubs and core until they move by less than the limit; returns mixes so far."""
    low, mid, core, _ = span
    for turn in range(CORE_SWEEPS):
        if turn > 0:
            gap = max(_sweep_core(low, mid, core, parts, system, watched, drawn, sums, u,
                                  memory[5], worst, worst_of_hubs))  # fmt: skip
        is_settled = gap < limit
        _hubs(low, mid, max(0.1 * limit, SLACK * gap), parts, system, watched, drawn, sums, u,
              worst_of_hubs)  # fmt: skip
        mix(mixed, turn == 0, low, mid - low, u, memory)
        # What went on outside the core since the last step is no step of the core's own.
        mixed += int(turn > 0)
        if is_settled:
            break
    return mixed


@compiled
def _first(
    span: Any, base: Any, draws: Any, direct: Any, parts: Any, system: Any, watched: Any,
    drawn: Any, passing: Any, c: Any, sums: Any, u: Any, memory: Any, zero: Any, cell: Any,
) -> Any:  # fmt: skip
    """Draw a span and sweep it once from the nominal solution, hubs and core till they agree.

    Returns mixes so far.
    """
    low, mid, core, high = span
    for first in range(low, core, AT_ONCE):
        _draw_rows(first, min(first + AT_ONCE, core), base, draws, direct, drawn, passing, c, zero)
    add_up(low, mid, system[0], parts[1], system, drawn, c, u, sums[1])
    _hubs(low, mid, START, parts, system, watched, drawn, sums, u, cell)
    mixed = 0
    if core > mid:
        add_up(low, core, system[0], parts[0], system, drawn, c, u, sums[0])
        gap = max(_sweep_core(low, mid, core, parts, system, watched, drawn, sums, u, memory[5],
                              cell, cell))  # fmt: skip
        mixed = _settle_core(span, gap, START, mixed, parts, system, watched, drawn, sums, u,
                             memory, cell, cell)  # fmt: skip
    for first in range(core, high, AT_ONCE):
        last = min(first + AT_ONCE, high)
        _draw_rows(first, last, base, draws, direct, drawn, passing, c, zero)
        sweep(first, last, system[0], system, watched, drawn, c, u, cell)
    return mixed


@compiled
def _settle(
    span: Any, turn: Any, limit: Any, most: Any, is_last: Any, parts: Any, system: Any,
    watched: Any, drawn: Any, c: Any, sums: Any, u: Any, memory: Any, worst: Any,
    worst_of_hubs: Any, worst_of_others: Any, mixed: Any,
) -> Any:  # fmt: skip
    """Sweep a span with loops until no watched row moves by the limit; returns the turn.

    A turn is: all but the core, the core, the hubs, and these two until they agree. But the
    last of all leaves everything as it was judged, settled or not.
    """
    low, mid, core, high = span
    starts = system[0]
    far = np.inf
    while True:
        if turn > 0:
            far = sweep(core, high, starts, system, watched, drawn, c, u, worst_of_others)
        add_up(low, core, starts, parts[0], system, drawn, c, u, sums[0])
        gap, hub = _sweep_core(low, mid, core, parts, system, watched, drawn, sums, u,
                               memory[5], worst, worst_of_hubs)  # fmt: skip
        # Written so that a gap that is no number does not pass for a small one.
        is_settled = turn > 0 and gap < limit and hub < limit
        if is_last:
            is_settled = turn > 0 and hub < limit and gap < FAR * limit and far < FAR * limit
        if turn >= most or (is_last and is_settled):
            return turn, mixed
        turn += 1
        if mid > low:
            gap = max(gap, hub)
            least = 0.1 * limit if is_last else SINGLE_FLOOR
            mixed = _settle_core(span, gap, max(least, CORE_SLACK * gap), mixed, parts, system,
                                 watched, drawn, sums, u, memory, worst,
                                 worst_of_hubs)  # fmt: skip
        if is_settled:
            return turn, mixed


@compiled
def _widen(first: Any, last: Any, narrow: Any, wide: Any) -> None:
    for j in range(first, last):
        store(wide, j, doubles(load(narrow, j)))


@compiled
def _join(cells: Any, moves: Any) -> None:
    """Largest moves so far: of hubs first, then of all others."""
    for cell, kind in ((cells[1], 0), (cells[0], 1), (cells[2], 1)):
        for q in range(LANES):
            if not cell[0, q] <= moves[kind, q]:
                moves[kind, q] = cell[0, q]


@compiled
def solve_block(
    spans: Any, tolerance: Any, most: Any, base: Any, draws: Any, direct: Any, parts: Any,
    narrow: Any, wide: Any, watched: Any, drawn: Any, passing: Any, c: Any, sums: Any, u: Any,
    sums_single: Any, u_single: Any, memory: Any, zero: Any, cell: Any, cells: Any, moves: Any,
) -> Any:  # fmt: skip
    """Draw and solve one block of samples; returns sweeps used.

    ``u_single`` comes in as the start. Spans are rows (first, end of hubs, last, whether
    looped), suppliers first; one without loops is exact after one sweep. The last moves of
    watched rows are left in ``moves``: of hubs and cores, of all others.
    """
    used = 0
    moves[:] = 0
    for k in range(spans.shape[0]):
        low, mid, high = spans[k, 0], spans[k, 1], spans[k, 2]
        if spans[k, 3] == 0:
            for first in range(low, high, AT_ONCE):
                last = min(first + AT_ONCE, high)
                _draw_rows(first, last, base, draws, direct, drawn, passing, c, zero)
                sweep(first, last, wide[0], wide, watched, drawn, c, u, cells[0])
                for j in range(first, last):
                    store(u_single, j, singles(load(u, j)))
            continue
        span = (low, mid, spans[k, 4], high)
        mixed = _first(span, base, draws, direct, parts, narrow, watched, drawn, passing, c,
                       sums_single, u_single, memory, zero, cell)  # fmt: skip
        turn, mixed = _settle(span, 0, SINGLE_LIMIT, most // IN_SINGLES, NOT_YET, parts, narrow,
                              watched, drawn, c, sums_single, u_single, memory, cell, cell, cell,
                              mixed)  # fmt: skip
        _widen(low, high, u_single, u)
        turn, mixed = _settle(span, turn, tolerance, most, AT_LAST, parts, wide, watched, drawn,
                              c, sums, u, memory, cells[0], cells[1], cells[2],
                              mixed)  # fmt: skip
        used += turn
        _join(cells, moves)
    return used


@compiled
def settle_further(
    spans: Any, tolerance: Any, most: Any, parts: Any, wide: Any, watched: Any, drawn: Any,
    c: Any, sums: Any, u: Any, memory: Any, cells: Any, moves: Any,
) -> Any:  # fmt: skip
    """Sweep a solved block on from where it stands to a smaller tolerance; returns sweeps."""
    used = 0
    moves[:] = 0
    for k in range(spans.shape[0]):
        if spans[k, 3] == 0:
            sweep(spans[k, 0], spans[k, 2], wide[0], wide, watched, drawn, c, u, cells[0])
            continue
        span = (spans[k, 0], spans[k, 1], spans[k, 4], spans[k, 2])
        turn, _ = _settle(span, 1, tolerance, most, AT_LAST, parts, wide, watched, drawn, c,
                          sums, u, memory, cells[0], cells[1], cells[2], 0)  # fmt: skip
        used += turn
        _join(cells, moves)
    return used


@compiled
def hand_out(u: Any, scale: Any, places: Any, out: Any, low: Any, cell: Any) -> None:
    """Intensities of the wanted places into ``out``; the smallest of all over nominal."""
    least = load(u, 0)
    for j in range(1, u.shape[0]):
        least = smaller(least, load(u, j))
    store(cell, 0, least)
    for q in range(LANES):
        low[q] = cell[0, q]
    for i in range(places.size):
        j = places[i]
        for q in range(LANES):
            out[i, q] = u[j, q] * scale[j]
