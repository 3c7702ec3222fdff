"""Run every benchmark and print ratios with their error line: ``make bench``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import (
    admit_million_rows,
    all_intensities,
    characterise_factors,
    footprint_all_products,
    grade_ten_million,
    growth,
    monte_carlo,
    release_million_factors,
    resolution,
    twelve_published_sets,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.comparison import Comparison


def measured() -> Iterator[Comparison]:
    """Every comparison, one after another."""
    yield footprint_all_products.run()
    yield all_intensities.run()
    yield monte_carlo.run()
    yield characterise_factors.run()
    yield from admit_million_rows.run()
    yield from grade_ten_million.run()


def main() -> None:
    """Print one line per comparison."""
    print("| what | size | ours s | peer s | ratio | spread | largest difference |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for c in measured():
        print(
            f"| {c.name} | {c.size} | {c.ours:.4f} | {c.peer:.4f} | {c.ratio:.2f} "
            f"| ±{c.spread * 100:.0f} % | {c.error:.1e} |"
        )
    print()
    resolution.main()
    growth.main()
    print()
    twelve_published_sets.main()
    print()
    release_million_factors.main([])


if __name__ == "__main__":
    main()
