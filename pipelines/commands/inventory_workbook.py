"""An inventory handed in as a workbook, laid out as the folder the computation reads.

Belongs here: checking the workbook, writing its sheets as CSV with the rows where they
stood, saying findings by sheet. Does not belong here: the desk's checks and the computation.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.commands.checking import check_file
from pipelines.commands.inventory_files import plain_folder
from pipelines.desk.submitted import cell_name
from pipelines.errors import FaultyData, WrongUsage
from pipelines.findings import finding
from pipelines.footprint.inventory import fitting_id
from pipelines.quantities.number import text_of
from schemas.submission_product import INVENTORY_TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipelines.desk.notes import FilledSheet
    from pipelines.findings import Finding
    from pipelines.settings import Settings

TABLES = ("product", "process", "exchange", "instrument", "assumption")
NEEDED = TABLES[:3]


@contextmanager
def inventory_folder(settings: Settings, path: Path) -> Iterator[tuple[Path, list[Finding]]]:
    """The folder of an inventory: the one given, made readable, or a workbook laid out.

    Args:
        settings: seeds and home.
        path: a folder, or a workbook of the inventory template.

    Yields:
        The folder, and what the desk says of a workbook that it does not refuse: hidden rows
        that are read, numbers that are read as others than they look.

    Raises:
        WrongUsage: there is no such file, or it is no inventory.
        UnreadableInput: the workbook cannot be read.
        FaultyData: the workbook has errors; what a computation finds inside names the
            workbook's sheet and row.
    """
    if path.is_dir():
        with plain_folder(path) as laid:
            yield laid
        return
    if not path.is_file():
        raise WrongUsage(
            finding("E-USE-10", value=str(path), what_zh="清单文件夹或工作簿",
                    what_en="inventory folder or workbook")
        )  # fmt: skip
    checked = check_file(settings, path, with_pins=False)
    errors = [one for one in checked.findings if one.severity == "error"]
    if errors:
        raise FaultyData(errors)
    if checked.is_refused or checked.workbook.kind != "inventory":
        raise WrongUsage(finding("E-USE-08", value=path.name, kind=checked.workbook.kind or "-"))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / fitting_id(path.stem)
        folder.mkdir()
        for name in TABLES:
            sheet = checked.sheets.get(name)
            if sheet is not None and (sheet.rows or name in NEEDED):
                (folder / f"{name}.csv").write_bytes(_csv(sheet))
        try:
            yield folder, list(checked.findings)
        except FaultyData as error:
            found = [_at_sheet(one, path.name, folder.name, checked.sheets)
                     for one in error.findings]  # fmt: skip
            raise FaultyData(found) from error


def _csv(sheet: FilledSheet) -> bytes:
    """A sheet's answers, each on the line of its row, blank lines between."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(sheet.form.names)
    at = 1
    for row in sheet.rows:
        stream.write("\n" * (row.number - at))
        at = row.number + 1
        cells = {name: row.values.get(name, text) for name, text in row.texts.items()}
        writer.writerow([_cell(cells.get(name)) for name in sheet.form.names])
    return stream.getvalue().encode("utf-8")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Fraction):
        return text_of(value)
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()[:10]
    return str(value)


def _at_sheet(
    one: Finding, workbook: str, folder: str, sheets: Mapping[str, FilledSheet]
) -> Finding:
    """A finding at a file of the folder, said by the sheet and cell it came from."""
    name = str(one.place.get("file", "")).removeprefix(f"{folder}/").removesuffix(".csv")
    if name not in TABLES:
        return one
    place = {**one.place, "file": workbook, "sheet": INVENTORY_TEMPLATE.form(name).sheet}
    column = sheets[name].header.columns.get(str(place.get("field")))
    if column is not None and "row" in place:
        place["cell"] = cell_name(place["row"] - 1, column)
    return replace(one, place=place)
