"""Run every benchmark and print ratios with their error line: ``make bench``."""

from __future__ import annotations

from benchmarks import characterise_factors, footprint_all_products, twelve_published_sets


def main() -> None:
    """Print one line per comparison."""
    print("| what | size | ours s | peer s | ratio | spread | largest difference |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for benchmark in (footprint_all_products, characterise_factors):
        c = benchmark.run()
        print(
            f"| {c.name} | {c.size} | {c.ours:.4f} | {c.peer:.4f} | {c.ratio:.2f} "
            f"| ±{c.spread * 100:.0f} % | {c.error:.1e} |"
        )
    print()
    twelve_published_sets.main()


if __name__ == "__main__":
    main()
