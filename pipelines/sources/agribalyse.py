"""AGRIBALYSE: life-cycle footprints of foods as consumed in France, one per product.

Belongs here: what a row of the synthesis and of the split by stage means, how the two meet,
which GWP set may be stated. Does not belong here: headings and cells (``_agribalyse_table``).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipelines.errors import UnreadableInput
from pipelines.findings import finding
from pipelines.ingest.published_harvest import LeftOut, PublishedHarvest
from pipelines.quantities.number import NotANumber, text_of, to_double
from pipelines.sources._agribalyse_layout import (
    CATEGORIES,
    CIQUAL,
    CLIMATE,
    CODE,
    DETAIL,
    FRENCH,
    NAME,
    NEEDED,
    SPLIT,
    SUBGROUP,
    SYNTHESES,
)
from pipelines.sources._agribalyse_table import FoodTable, factor_unit_text, read_food_table
from pipelines.sources._agribalyse_terms import Terms, terms_of
from pipelines.sources._agribalyse_words import group, how, permanent_keys, rating
from pipelines.sources.contract import Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    import polars as pl

    from pipelines.ingest.reference import Lookups
    from pipelines.ingest.seed_folder import Edition
    from pipelines.tabular.text_table import TextRow


def _read(edition: Edition, lookups: Lookups, _: Mapping[str, pl.DataFrame]) -> PublishedHarvest:
    harvest = PublishedHarvest(edition, lookups)
    tables = [
        read_food_table(edition.path(name), name, edition.shown(name))
        for name in (str(row["file_name"]) for row in edition.file_rows)
    ]
    synthesis, details = _sorted(harvest, tables)
    for table in (synthesis, *details):
        harvest.take(len(table.rows) + len(table.ragged))
        for row, width in table.ragged:
            harvest.leave_out(row, "S-RAG-01", found=width, wanted=len(table.headings))
    splits: dict[str, tuple[FoodTable, TextRow]] = {}
    for table in details:
        for row in table.rows:
            splits.setdefault(row[CODE], (table, row))
    made = _products(harvest, synthesis, splits)
    for table in details:
        for row in table.rows:
            _split_row(harvest, table, row, made, splits)
    return harvest


def _sorted(
    harvest: PublishedHarvest, tables: list[FoodTable]
) -> tuple[FoodTable, list[FoodTable]]:
    """The one synthesis of the edition and its tables by stage."""
    details = [t for t in tables if set(DETAIL.needed) <= set(t.header) and CLIMATE not in t.header]
    rest = [t for t in tables if t not in details]
    if not rest:
        harvest.layout(details[0].name, details[0].header, SYNTHESES)
    if sum(set(NEEDED) <= set(t.header) for t in rest) > 1:
        raise UnreadableInput(
            finding(
                "E-FILE-01", file=harvest.edition.source_id,
                found=", ".join(t.name for t in rest), wanted="one synthesis per edition",
            )
        )  # fmt: skip
    for table in rest:
        harvest.layout(table.name, table.header, SYNTHESES)
    for table in details:
        harvest.layout(table.name, table.header, (DETAIL,))
    return rest[0], details


def _products(
    harvest: PublishedHarvest,
    table: FoodTable,
    splits: Mapping[str, tuple[FoodTable, TextRow]],
) -> dict[str, str]:
    """Hand in every product of the synthesis; returns factor ids by product code."""
    if table.heading(CLIMATE).unit is None:
        harvest.ambiguous_units.add(f"{CLIMATE} ({table.name})")
    terms = terms_of(harvest.edition, table.impact_method)
    names = Counter(row[NAME] for row in table.rows)
    keys = permanent_keys(table.rows)
    made: dict[str, str] = {}
    for row in table.rows:
        try:
            blank = next((column for column in NEEDED if not row[column]), None)
            if blank is not None:
                harvest.leave_out(row, "S-BLANK-01", blank)
            elif row[CODE] in made:
                harvest.leave_out(row, "S-DUP-01", CODE)
            else:
                named = row[NAME] if names[row[NAME]] == 1 else f"{row[NAME]} [{row[CODE]}]"
                split = _split(splits.get(row[CODE]))
                made[row[CODE]] = _product(
                    harvest, table, row, (keys[row[CODE]], named), split, terms
                )
        except LeftOut:
            continue
    return made


def _number(harvest: PublishedHarvest, table: FoodTable, row: TextRow, column: str) -> Fraction:
    try:
        return table.number(row[column])
    except NotANumber as error:
        harvest.leave_out(row, "E-NUM-01", column)
        raise LeftOut from error


def _split(found: tuple[FoodTable, TextRow] | None) -> tuple[TextRow, dict[str, Fraction]] | None:
    """The climate figure of each stage, where all are numbers."""
    if found is None:
        return None
    table, row = found
    try:
        return row, {c: table.number(row[c]) * table.heading(c).scale for c in SPLIT}
    except NotANumber:
        return None


def _product(
    harvest: PublishedHarvest,
    table: FoodTable,
    row: TextRow,
    named: tuple[str, str],
    split: tuple[TextRow, dict[str, Fraction]] | None,
    terms: Terms,
) -> str:
    key, name = named
    heading = table.heading(CLIMATE)
    printed = _number(harvest, table, row, CLIMATE)
    unit = harvest.cell_unit(row, CLIMATE, factor_unit_text(heading.unit or "kg CO2 eq/kg"))
    value = printed * heading.scale * unit.to_kg
    flags = ["name_not_translated"]
    if terms.gwp_set == "not_stated":
        flags.append("gwp_not_stated")
    total = printed * heading.scale
    if split is not None and abs(sum(split[1].values()) - total) > terms.largest_gap * abs(total):
        flags.append("stages_differ_from_total")
    rating_zh, rating_en, usable = rating(row)
    if not usable:
        flags.append("publisher_rating_unusable")
    return harvest.candidate(
        row,
        key,
        factor_kind="footprint_factor",
        name_zh=name,
        name_en=name,
        flow_id=harvest.flow(
            name,
            unit.reference_unit,
            category_id=CATEGORIES.get(row.get(SUBGROUP) or "", "unclassified"),
            external_ids=[*_urn("agribalyse", key), *_urn("ciqual", row.get(CIQUAL))],
            aliases=[row[FRENCH]] if row.get(FRENCH) else [],
        ),
        category_id=CATEGORIES.get(row.get(SUBGROUP) or "", "unclassified"),
        technology=how(row),
        value=to_double(value),
        value_convention="not_stated",
        value_unit=unit.value_unit,
        reference_unit=unit.reference_unit,
        gwp_set=terms.gwp_set,
        boundary="cradle_to_grave",
        region_code="FR",
        location_type="consumption",
        derivation="calculated",
        evidence_id=harvest.evidence_at(
            row,
            key,
            text=row[CLIMATE],
            unit=heading.unit or "not named",
            place=f"{table.name}, {CLIMATE}",
            steps=[*_steps(table, row, heading.scale * unit.to_kg, terms), *_stage_steps(split)],
        ),
        confidence="medium",
        flags=sorted(flags),
        note_zh=f"法国消费口径，每千克产品；{group(row)}；{rating_zh}",
        note_en=f"as consumed in France, per kg of product; {group(row)}; {rating_en}",
    )


def _steps(table: FoodTable, row: TextRow, ratio: Fraction, terms: Terms) -> list[dict[str, str]]:
    """How the printed figure became kg CO2e per kg."""
    heading = table.heading(CLIMATE)
    steps = []
    if table.has_decimal_comma and "," in row[CLIMATE]:
        steps.append({"step": "decimal comma -> point", "constant": "", "source": table.name})
    if heading.unit is None:
        steps.append(
            {
                "step": "表头未写单位 | no unit in the heading -> kg CO2 eq/kg",
                "constant": "1",
                "source": terms.unit_statement,
            }
        )
    elif ratio != 1:
        steps.append(
            {
                "step": f"{heading.unit} -> kgCO2e/kg",
                "constant": text_of(ratio),
                "source": f"{table.name}, {CLIMATE}",
            }
        )
    return [*steps, *terms.gwp_steps]


def _stage_steps(split: tuple[TextRow, dict[str, Fraction]] | None) -> list[dict[str, str]]:
    """The split by life-cycle stage, kept with the figure it splits."""
    if split is None:
        return []
    row, _ = split
    place = f"{row.file.split('/', 1)[1]} row {row.number}"
    return [
        {"step": f"其中 | of which: {words}", "constant": row[column], "source": place}
        for column, words in SPLIT.items()
    ]


def _urn(system: str, code: str | None) -> list[str]:
    return [f"urn:{system}:{code}"] if code else []


def _split_row(
    harvest: PublishedHarvest,
    table: FoodTable,
    row: TextRow,
    made: Mapping[str, str],
    splits: Mapping[str, tuple[FoodTable, TextRow]],
) -> None:
    """Account for a row by stage: part of a factor, or why not."""
    if splits[row[CODE]][1] is not row:
        harvest.leave_out(row, "S-DUP-01", CODE)
        return
    for column in SPLIT:
        if not row[column]:
            harvest.leave_out(row, "S-BLANK-01", column)
            return
        try:
            table.number(row[column])
        except NotANumber:
            harvest.leave_out(row, "E-NUM-01", column)
            return
    if row[CODE] in made:
        harvest.leave_out(row, "S-PART-01", CODE, factor=made[row[CODE]])
    else:
        harvest.leave_out(row, "S-SCOPE-01", CODE)


SOURCE = Source("agribalyse", "AGRIBALYSE 食品足迹", "AGRIBALYSE food footprints", _read)
