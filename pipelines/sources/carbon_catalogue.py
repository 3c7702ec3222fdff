"""The Carbon Catalogue: product footprints that companies reported, one per product and year.

Belongs here: what a row of the product table and of the stage table means, and what keeps a
reported footprint from being a factor. Does not belong here: the workbook
(``_carbon_catalogue_workbook``), units and kinds (``_carbon_catalogue_unit``).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.ingest.published_harvest import LeftOut, PublishedHarvest
from pipelines.ingest.published_set import read_published_set
from pipelines.quantities.number import NotANumber, exact, to_double
from pipelines.sources._carbon_catalogue_unit import Kind, declared_unit, kind_of, read_kinds
from pipelines.sources._carbon_catalogue_workbook import (
    ADJUSTED,
    EMISSION,
    FOOTPRINT,
    FRACTIONS,
    INTENSITY,
    KEY,
    NAME,
    PORTION,
    PROTOCOL,
    SECTOR,
    STAGE,
    WEIGHT,
    YEAR,
    SheetTable,
    read_workbook,
)
from pipelines.sources.contract import Source
from pipelines.tabular.text_table import TextRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from pipelines.ingest.reference import Lookups
    from pipelines.ingest.seed_folder import Edition

KINDS = "product_kinds.csv"
# How numeric columns say that there is no figure.
NOT_DECLARED = ("N/a", "(")
NO_ADJUSTMENT = "None"
UNIT_COLUMN = "declared unit"
SECTORS = {
    "Automobiles & components": "汽车及零部件",
    "Chemicals": "化学品",
    "Comm. equipm. & capital goods": "商用设备与资本品",
    "Computer, IT & telecom": "计算机、信息技术与通信",
    "Construction & commercial materials": "建筑与商用材料",
    "Food & Beverage": "食品饮料",
    "Home durables, textiles, & equipment": "家用耐用品、纺织品与器具",
    "Packaging for consumer goods": "消费品包装",
}


class _Reading:
    """One edition while it is read: its tables, its harvest, what the seeds say of it."""

    def __init__(self, edition: Edition, lookups: Lookups) -> None:
        """Open the edition's one workbook."""
        self.harvest = PublishedHarvest(edition, lookups)
        name = _only_file(edition)
        self.products, self.stages = read_workbook(self.harvest, name, edition.path(name))
        block = read_published_set(edition.folder).block
        self.unit_statement = str(block["unit_statement"])
        self.largest_gap = exact(str(block["stage_sum"]["largest_gap"]))
        self.kinds = read_kinds(edition.folder / KINDS, edition.shown(KINDS))
        self.by_product: dict[str, list[TextRow]] = {}
        for row in self.stages.rows:
            self.by_product.setdefault(row[KEY], []).append(row)

    def leave_out(
        self, table: SheetTable, row: TextRow, code: str, column: str, **words: object
    ) -> None:
        """Leave a row out, at the cell of a column."""
        place = table.cell(row, column if column in table.header else table.header[0])
        self.harvest.leave_out(row, code, column, place, **words)


def _read(edition: Edition, lookups: Lookups, _: Mapping[str, pl.DataFrame]) -> PublishedHarvest:
    reading = _Reading(edition, lookups)
    for table in (reading.products, reading.stages):
        reading.harvest.take(len(table.rows) + len(table.ragged))
        for row, width in table.ragged:
            reading.leave_out(table, row, "S-RAG-01", KEY, found=width, wanted=len(table.header))
    made: dict[str, str] = {}
    seen: set[str] = set()
    for row in reading.products.rows:
        try:
            if row[KEY] in seen:
                reading.leave_out(reading.products, row, "S-DUP-01", KEY)
                continue
            seen.add(row[KEY])
            made[row[KEY]] = _product(reading, row)
        except LeftOut:
            continue
    for row in reading.stages.rows:
        _stage_row(reading, row, made)
    return reading.harvest


def _only_file(edition: Edition) -> str:
    names = [str(row["file_name"]) for row in edition.file_rows]
    if len(names) != 1:
        raise UnreadableInput(
            finding("E-FILE-01", file=edition.source_id, found=", ".join(names), wanted="one xlsx")
        )
    return names[0]


def _number(reading: _Reading, row: TextRow, column: str) -> Fraction:
    """The number in a cell that must hold one."""
    if not row[column]:
        reading.leave_out(reading.products, row, "S-BLANK-01", column)
        raise LeftOut
    try:
        return exact(row[column])
    except NotANumber as error:
        reading.leave_out(reading.products, row, "E-NUM-01", column)
        raise LeftOut from error


def _declared_number(reading: _Reading, row: TextRow, column: str) -> Fraction | None:
    """The number in a cell, or None where the workbook says in words that there is none."""
    text = row.get(column)
    if text is None or text.startswith(NOT_DECLARED):
        return None
    return _number(reading, row, column)


def _product(reading: _Reading, row: TextRow) -> str:
    """Hand in one reported footprint; returns its factor id."""
    harvest, key = reading.harvest, row[KEY]
    if not key:
        reading.leave_out(reading.products, row, "S-BLANK-01", KEY)
        raise LeftOut
    footprint = _number(reading, row, FOOTPRINT)
    year = _number(reading, row, YEAR)
    if year.denominator != 1:
        reading.leave_out(reading.products, row, "E-NUM-01", YEAR)
        raise LeftOut
    declared = {c: _declared_number(reading, row, c) for c in (WEIGHT, INTENSITY, *FRACTIONS)}
    kind = kind_of(row, reading.kinds)
    unit = declared_unit(row, kind)
    if unit is None:
        _unit_not_told(reading, row)
        raise LeftOut
    name_en, name_zh, is_translated = _names(row, kind)
    flags = ["gwp_not_stated", "region_not_stated"]
    flags += [] if is_translated else ["name_not_translated"]
    flags += _doubts(reading, row, footprint, declared)
    category = kind.category_id if kind else "unclassified"
    rule = row.get(PROTOCOL)
    return harvest.candidate(
        row,
        key,
        factor_kind="footprint_factor",
        name_zh=f"{name_zh}，PCF-ID {key}",
        name_en=f"{name_en}, PCF-ID {key}",
        flow_id=harvest.flow(name_en, unit[0], category_id=category, name_zh=name_zh),
        category_id=category,
        value=to_double(footprint),
        value_convention="not_stated",
        value_unit="kgCO2e",
        reference_unit=unit[0],
        gwp_set="not_stated",
        boundary="not_stated",
        region_code="001",
        reference_year=int(year),
        derivation="calculated",
        evidence_id=harvest.evidence_at(
            row,
            key,
            text=row[FOOTPRINT],
            unit="kg CO2e",
            locator=reading.products.cell(row, FOOTPRINT),
            place=f"{reading.products.sheet}, {FOOTPRINT}",
            steps=_steps(reading, row, unit),
        ),
        confidence="medium",
        flags=sorted(flags),
        note_zh=f"企业 {int(year)} 年申报；所述规则：{rule or '无'}；国别是企业注册地，不作地区",
        note_en=f"reported by the company in {int(year)}; protocol: {rule or 'none'}; "
        "the country is that of incorporation and is not taken as region",
    )


def _unit_not_told(reading: _Reading, row: TextRow) -> None:
    """Leave a product out whose declared unit the workbook does not tell.

    The reason shows the unit as not stated and the place of the name; the free text itself,
    which may name companies, stays in the workbook.
    """
    shown = TextRow(row.file, row.number, {**row.cells, UNIT_COLUMN: "not stated"})
    reading.harvest.leave_out(shown, "E-UNIT-01", UNIT_COLUMN, reading.products.cell(row, NAME))


def _names(row: TextRow, kind: Kind | None) -> tuple[str, str, bool]:
    """Names without companies: the kind of product and the sector, English and Chinese."""
    sector = row[SECTOR]
    name_en = f"{kind.name_en if kind else 'product'} ({sector})"
    translated = SECTORS.get(sector)
    name_zh = f"{kind.name_zh if kind else '产品'}（{translated or sector}）"
    return name_en[0].upper() + name_en[1:], name_zh, translated is not None


def _doubts(
    reading: _Reading, row: TextRow, footprint: Fraction, declared: Mapping[str, Fraction | None]
) -> list[str]:
    """What in the row does not agree, as flags; nothing is mended."""
    flags = []
    if (row.get(ADJUSTED) or NO_ADJUSTMENT) != NO_ADJUSTMENT:
        flags.append("adjusted_by_authors")
    total = _stage_total(reading.by_product.get(row[KEY], []))
    if total is not None and abs(total - footprint) > reading.largest_gap * abs(footprint):
        flags.append("stages_differ_from_total")
    weight, intensity = declared[WEIGHT], declared[INTENSITY]
    if weight and intensity is not None:
        places = len(row[INTENSITY].partition(".")[2])
        if abs(footprint / weight - intensity) > Fraction(1, 2 * 10**places):
            flags.append("intensity_differs")
    return flags


def _stage_total(rows: list[TextRow]) -> Fraction | None:
    try:
        return sum((exact(r[EMISSION]) for r in rows), Fraction(0)) if rows else None
    except NotANumber:
        return None


def _steps(reading: _Reading, row: TextRow, unit: tuple[str, str]) -> list[dict[str, str]]:
    """What was concluded, what the authors changed, and the stages the figure splits into."""
    steps = [
        {
            "step": f"kg CO2e -> kgCO2e/{unit[0]}: {unit[1]}",
            "constant": "1",
            "source": reading.unit_statement,
        }
    ]
    if (row.get(ADJUSTED) or NO_ADJUSTMENT) != NO_ADJUSTMENT:
        steps.append(
            {
                "step": f"作者调整 | adjusted by the authors: {row[ADJUSTED]}",
                "constant": "",
                "source": reading.products.cell(row, ADJUSTED),
            }
        )
    return steps + [
        {
            "step": f"其中 | of which: {stage[PORTION]}: {stage[STAGE]}",
            "constant": stage[EMISSION],
            "source": reading.stages.cell(stage, EMISSION),
        }
        for stage in reading.by_product.get(row[KEY], [])
    ]


def _stage_row(reading: _Reading, row: TextRow, made: Mapping[str, str]) -> None:
    """Account for a row of the stage table: part of a footprint, or why not."""
    if not row[EMISSION]:
        reading.leave_out(reading.stages, row, "S-BLANK-01", EMISSION)
        return
    try:
        exact(row[EMISSION])
    except NotANumber:
        reading.leave_out(reading.stages, row, "E-NUM-01", EMISSION)
        return
    if row[KEY] in made:
        reading.leave_out(reading.stages, row, "S-PART-01", EMISSION, factor=made[row[KEY]])
    else:
        reading.leave_out(reading.stages, row, "S-SCOPE-01", KEY)


SOURCE = Source(
    "carbon_catalogue",
    "碳目录企业产品碳足迹",
    "The Carbon Catalogue, product footprints reported by companies",
    _read,
)
