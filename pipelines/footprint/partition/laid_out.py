"""What every worker reads: systems, products and requests of a batch as plain tables.

Belongs here: the frames of a layout and the arrays made from them. Does not belong here:
making it from inventories (``lay_out``), working on a block (``block_work``).

A layout is what a worker elsewhere needs and nothing else; its id is the hash of all of it,
and every part names the layout it was made from.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pipelines.footprint.sampling.uncertain_system import UncertainSystem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from pipelines.footprint.sampling.plan import Plan

    Array = NDArray[np.float64]

ABOUT: dict[str, Any] = {
    "layout_id": pl.String, "release_id": pl.String, "batch": pl.String, "made_by": pl.String,
    "seed": pl.Int64, "samples": pl.Int64, "sample_block": pl.Int64, "product_block": pl.Int64,
    "line_block": pl.Int64,
}  # fmt: skip
FRAMES: dict[str, dict[str, Any]] = {
    "system": {"system": pl.Int64, "size": pl.Int64},
    "node": {"system": pl.Int64, "process_id": pl.String, "nominal": pl.Float64},
    "link": {
        "system": pl.Int64, "provider": pl.Int64, "taker": pl.Int64, "amount": pl.Float64,
        "amount_at": pl.Int64,
    },
    "emission": {
        "system": pl.Int64, "emitter": pl.Int64, "emission": pl.Float64, "at_one": pl.Int64,
        "at_other": pl.Int64,
    },
    "quantity": {
        "system": pl.Int64, "key": pl.UInt64, "sigma": pl.Float64, "of_product": pl.String,
        "of_output": pl.Int64,
    },
    "output": {
        "product_id": pl.String, "gwp_set": pl.String, "inventory_id": pl.String,
        "system": pl.Int64, "node": pl.Int64, "demand": pl.Float64,
    },
    "request": {
        "inventory_id": pl.String, "process_id": pl.String, "line": pl.String, "use": pl.String,
        "flow_id": pl.String, "region_code": pl.String, "route": pl.String,
        "supplier_id": pl.String, "midpoint": pl.Date, "amount_unit": pl.String,
        "gwp_set": pl.String, "pinned": pl.String,
    },
}  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """A batch laid out: its frames by name, ``about`` among them."""

    frames: Mapping[str, pl.DataFrame]

    @classmethod
    def of(cls, frames: Mapping[str, pl.DataFrame], **about: Any) -> Layout:
        """A layout of frames, named by the hash of what they hold.

        Args:
            frames: those of ``FRAMES``.
            about: release, rules and code, seed, samples and sizes of blocks.
        """
        digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
        for name in FRAMES:
            digest.update(f"\n{name} {frames[name].height}\n".encode())
            digest.update(frames[name].rechunk().write_csv().encode())
        row = {"layout_id": digest.hexdigest()[:32], **about}
        return cls({**frames, "about": pl.DataFrame([row], schema=ABOUT)})

    @cached_property
    def about(self) -> dict[str, Any]:
        """Its id, the release, what made it, the seed, the samples, the sizes of blocks."""
        return self.frames["about"].row(0, named=True)

    @property
    def layout_id(self) -> str:
        """The hash of what it holds."""
        return str(self.about["layout_id"])

    @cached_property
    def systems(self) -> list[UncertainSystem]:
        """The systems, each after those whose products it takes."""
        return [self._system(number) for number in range(self.frames["system"].height)]

    @cached_property
    def nominals(self) -> list[Array]:
        """Intensities at the medians, by system."""
        node = self.frames["node"]
        count = self.frames["system"].height
        return [
            node.filter(pl.col("system") == number)["nominal"].to_numpy() for number in range(count)
        ]

    @cached_property
    def plans(self) -> list[Plan | None]:
        """The plans of the systems too large for elimination, made once by each worker."""
        from pipelines.footprint.sampling.plan import plan_of
        from pipelines.footprint.sampling.small_system import is_small

        return [
            None if is_small(system) else plan_of(system, nominal)
            for system, nominal in zip(self.systems, self.nominals, strict=True)
        ]

    def outputs_of(self, number: int) -> pl.DataFrame:
        """The outputs of a system, with their numbers."""
        output: pl.DataFrame = self._numbered_outputs.filter(pl.col("system") == number)
        return output

    @cached_property
    def _numbered_outputs(self) -> pl.DataFrame:
        return self.frames["output"].with_row_index("number")

    def given_of(self, number: int) -> list[tuple[int, int]]:
        """Quantities of a system that are results of another's output, with that output."""
        quantity = self._part("quantity", number).with_row_index("at")
        rows = quantity.filter(pl.col("of_output").is_not_null()).select("at", "of_output")
        return [(int(at), int(output)) for at, output in rows.iter_rows()]

    def _part(self, name: str, number: int) -> pl.DataFrame:
        return self.frames[name].filter(pl.col("system") == number)

    def _system(self, number: int) -> UncertainSystem:
        link, emission = self._part("link", number), self._part("emission", number)
        quantity = self._part("quantity", number)
        return UncertainSystem(
            int(self.frames["system"]["size"][number]),
            link["provider"].to_numpy(),
            link["taker"].to_numpy(),
            link["amount"].to_numpy(),
            link["amount_at"].to_numpy(),
            emission["emitter"].to_numpy(),
            emission["emission"].to_numpy(),
            emission.select("at_one", "at_other").to_numpy(order="c"),
            quantity["key"].to_numpy(),
            quantity["sigma"].to_numpy(),
            {at: np.ones(0) for at, _ in self.given_of(number)},
        )


def system_frames(number: int, system: UncertainSystem) -> dict[str, pl.DataFrame]:
    """A system's links, emissions and quantities as the frames of a layout.

    Args:
        number: its number in the layout.
        system: the system.
    """
    columns = {
        "link": (system.provider, system.taker, system.amount, system.amount_at),
        "emission": (system.emitter, system.emission, *np.reshape(system.emission_at, (-1, 2)).T),
        "quantity": (system.keys, system.sigmas),
    }
    made = {"system": pl.DataFrame([(number, system.size)], schema=FRAMES["system"], orient="row")}
    for name, values in columns.items():
        names = list(FRAMES[name])[1:]
        frame = pl.DataFrame(
            {
                column: np.ascontiguousarray(value)
                for column, value in zip(names, values, strict=False)
            }
        )
        made[name] = frame.select(pl.lit(number, pl.Int64).alias("system"), pl.all()).cast(
            {column: kind for column, kind in FRAMES[name].items() if column in frame.columns}
        )
    return made
