"""The catalogue of ten thousand simulated factors in a real browser: size, first view, keystroke.

Run as ``python -m benchmarks.catalogue_at_scale [RELEASE FOLDER]``. The factors are those of the
release, repeated with new ids, names and values, with their gases, ratings and evidence.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import polars as pl

from pipelines.cli.release_folder import folder_of
from pipelines.serve.catalogue.document import catalogue, tables_of

FACTORS = 10_000
VIEWS = 5
TYPED = ("电", "电石", "电力 宁夏", "c", "co", "coal", "d", "ds", "dianli", "kwh 2022", "x", "柴油")
KEYED = ("factor", "factor_gas", "factor_co2e", "factor_quality", "change")
KEYSTROKE = """text => new Promise(done => {
  const box = document.querySelector('#q'), start = performance.now();
  box.value = text;
  box.dispatchEvent(new Event('input'));
  requestAnimationFrame(() => setTimeout(() => done((performance.now() - start) / 1000)));
})"""
FIRST = "table.factors tbody tr:not(.space)"


def _new_id(old: str, turn: int) -> str:
    digest = hashlib.sha256(f"{old}{turn}".encode()).digest()
    return old[0] + base64.b32encode(digest).decode()[:12]


def grown(tables: dict[str, pl.DataFrame], count: int) -> dict[str, pl.DataFrame]:
    """The tables of a release with its factors repeated up to a number, simulated."""
    turns = -(-count // tables["factor"].height)
    found = dict(tables)
    ids = ("factor_id", "evidence_id", "decision_id")
    for name in (*KEYED, "evidence", "decision"):
        frames = []
        for turn in range(turns):
            frame = tables[name]
            if turn:
                columns = [c for c in ids if c in frame.columns]
                frame = frame.with_columns(
                    pl.col(c).map_elements(
                        lambda old, turn=turn: _new_id(old, turn), return_dtype=pl.String
                    )
                    for c in columns
                )
            if turn and name == "factor":
                frame = frame.with_columns(
                    pl.format("{}（模拟{}）", "name_zh", pl.lit(turn)).alias("name_zh"),
                    pl.format("{} (simulated {})", "name_en", pl.lit(turn)).alias("name_en"),
                    pl.format("{}-{}", "record_key", pl.lit(turn)).alias("record_key"),
                    (pl.col("value") * (1 + turn / 100)).alias("value"),
                )
            frames.append(frame)
        found[name] = pl.concat(frames)
    kept = found["factor"].head(count).select("factor_id")
    for name in KEYED:
        found[name] = found[name].join(kept, on="factor_id", how="semi")
    return found


def measure(file: Path) -> dict[str, float]:
    """Seconds until a list is seen, and until a keystroke is answered and painted."""
    from playwright.sync_api import sync_playwright

    views, first_page, keys = [], [], []
    executable = shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for _ in range(VIEWS):
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            page.goto(file.as_uri() + "#/factors", wait_until="commit")
            page.wait_for_selector(FIRST)
            views.append(page.evaluate("performance.now()") / 1000)
            keys += [page.evaluate(KEYSTROKE, text) for text in TYPED]
            link = page.locator(FIRST + " a").first
            start = page.evaluate("performance.now()")
            if link.count():
                link.click()
                page.wait_for_selector(".headline")
                first_page.append((page.evaluate("performance.now()") - start) / 1000)
            page.close()
        browser.close()
    keys.sort()
    return {
        "first view, median": statistics.median(views),
        "keystroke to paint, median": statistics.median(keys),
        "keystroke to paint, 95 %": keys[int(len(keys) * 0.95)],
        "first factor page, median": statistics.median(first_page),
    }


def main(words: list[str]) -> None:
    """Print one line per figure."""
    tables = grown(tables_of(Path(words[0]) if words else folder_of(None)), FACTORS)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "catalogue.html"
        file.write_text(catalogue(tables), "utf-8", newline="\n")
        print(f"| factors, simulated | {tables['factor'].height} |\n|---|---:|")
        print(f"| file | {file.stat().st_size / 1e6:.2f} MB |")
        for name, seconds in measure(file).items():
            print(f"| {name} | {seconds * 1000:.0f} ms |")


if __name__ == "__main__":
    main(sys.argv[1:])
