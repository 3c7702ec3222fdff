"""An explanation as files: a workbook, a CSV of the lines, JSON.

Belongs here: writing. Does not belong here: what is explained (``explanation``).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import TYPE_CHECKING, Any

from pipelines.serve.explain.words import standing_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

COLUMNS = (
    "process_id", "line", "stage", "direction", "flow", "flow_zh", "flow_en", "flow_use",
    "amount", "amount_unit", "applied_value", "contribution", "share", "chain", "factor_id",
    "version", "provider", "is_covered", "reason_zh", "reason_en",
)  # fmt: skip
TOTALS = (
    "product_id", "name_zh", "name_en", "value", "declared_amount", "declared_unit", "gwp_set",
    "boundary", "accounting_rule", "result_state", "confidence", "dqr", "lines_total",
    "lines_uncovered", "value_location_based", "value_contractual",
)  # fmt: skip
FACTORS = (
    "factor_id", "version", "name_zh", "name_en", "value", "value_unit", "reference_unit",
    "contribution", "boundary", "region_code", "data_start", "data_end", "status", "source_id",
    "title_zh", "title_en", "url", "catalogue",
)  # fmt: skip
GAPS = (
    "process_id", "line", "gap_kind", "flow", "flow_zh", "flow_en", "scaled_amount",
    "amount_unit", "gap_basis", "proxies", "estimate_low", "estimate", "estimate_high",
    "reason_zh", "reason_en",
)  # fmt: skip
MADE = dt.datetime(2000, 1, 1)
# Spreadsheets take these as the beginning of a formula.
FORMULA = ("=", "+", "@", "\t", "\r")


def json_bytes(told: Mapping[str, Any]) -> bytes:
    """The explanation as JSON."""
    return (json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def csv_bytes(told: Mapping[str, Any]) -> bytes:
    """The lines as CSV with a byte order mark, which spreadsheets need for Chinese.

    Each tells by what it was computed where it stands in no release.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(("computed_from", *COLUMNS))
    for line in told["lines"]:
        cells = [_cell(line[name]) for name in COLUMNS]
        writer.writerow([_cell(told["computed_from"]), *cells])
    return stream.getvalue().encode("utf-8-sig")


def write_book(told: Mapping[str, Any], path: Path, release: str) -> None:
    """The explanation as a workbook: total, stages, lines, path, gaps, assumptions.

    Numbers stand as text where a double would lose digits of the release, beside a number
    to reckon with.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": MADE, "title": told["product_id"]})
    bold = book.add_format({"bold": True})

    def sheet(name: str, head: tuple[str, ...], rows: list[list[Any]]) -> Any:
        page = book.add_worksheet(name)
        page.write_row(0, 0, head, bold)
        page.freeze_panes(1, 0)
        page.set_column(0, len(head) - 1, 18)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        for number, row in enumerate(rows, 1):
            page.write_row(number, 0, row)
        return page

    standing = [standing_of(told, release, language) for language in (0, 1)]
    totals = [["standing", text] for text in standing if text]
    totals += [[name, _cell(told[name])] for name in TOTALS]
    totals += [["release", release], *([k, v] for k, v in (told["interval"] or {}).items())]
    sheet("合计 total", ("field", "value"), totals)
    for name, key in (("阶段 stages", "stages"), ("分项 components", "components"),
                      ("气体 gases", "gases")):  # fmt: skip
        rows = [[code, value, float(value)] for code, value in told[key].items()]
        page = sheet(name, (key, "kgCO2e", "kgCO2e (number)"), rows)
        if rows:
            chart = book.add_chart({"type": "bar"})
            chart.add_series({
                "categories": [name, 1, 0, len(rows), 0], "values": [name, 1, 2, len(rows), 2],
                "data_labels": {"value": True, "num_format": "0.0###"},
            })  # fmt: skip
            chart.set_title({"name": f"{told['product_id']} kgCO2e"})
            chart.set_legend({"none": True})
            page.insert_chart(1, 4, chart)
    head = (*COLUMNS, "contribution (number)")
    sheet("各行 lines", head, [
        [*(_cell(line[name]) for name in COLUMNS), float(line["contribution"])]
        for line in told["lines"]
    ])  # fmt: skip
    sheet("因子 factors", FACTORS, [
        [_cell(one[name]) for name in FACTORS] for one in told["factors"]
    ])  # fmt: skip
    sheet("分报 separate", ("heading", "kgCO2e"), [list(one) for one in told["separate"].items()])
    sheet("缺口 gaps", GAPS, [[_cell(one[name]) for name in GAPS] for one in told["gaps"]])
    links = [[one["source"], one["target"], one["value"], float(one["value"])]
             for one in told["sankey"]["links"]]  # fmt: skip
    sheet("路径 path", ("source", "target", "kgCO2e", "kgCO2e (number)"), links)
    sheet("假设 assumptions", ("no", "text_zh", "text_en", "effect", "source"), [
        [row["assumption_no"], row["text_zh"], row["text_en"], row["effect"],
         row["assumption_source"]] for row in told["assumptions"]
    ])  # fmt: skip
    book.close()


def _cell(value: Any) -> Any:
    """A value as a cell; text that a spreadsheet would run is led by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
