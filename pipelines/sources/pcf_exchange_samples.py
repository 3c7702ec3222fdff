"""Product footprint messages as companies exchange them: samples with invented values.

Belongs here: what a message means as a candidate. The candidates are confidential and may
not be published onward, so that admission refuses them by its own rule; names of companies
and products are not carried. Does not belong here: the versions of the specifications
(``_pcf_exchange_samples_versions``), the files (``_pcf_exchange_samples_message``).
"""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipelines.ingest.published_harvest import LeftOut, PublishedHarvest
from pipelines.quantities.number import NotANumber, exact, text_of, to_double
from pipelines.sources._pcf_exchange_samples_figures import agreement, figures_of, parts_of
from pipelines.sources._pcf_exchange_samples_message import Message, read_messages
from pipelines.sources._pcf_exchange_samples_versions import (
    ID,
    PASSED_OVER,
    Version,
    versions_named,
)
from pipelines.sources.contract import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from pipelines.ingest.reference import Lookups
    from pipelines.ingest.seed_folder import Edition

UNITS = {
    "liter": "L", "kilogram": "kg", "cubic meter": "m3", "kilowatt hour": "kWh",
    "megajoule": "MJ", "ton kilometer": "t*km", "square meter": "m2", "piece": "piece",
}  # fmt: skip
GWP_NOT_STATED = "pcf/characterizationFactors"
GWP_SETS = ("AR4", "AR5", "AR6")
BOUNDARIES = {"Cradle-to-gate": "cradle_to_gate", "Cradle-to-grave": "cradle_to_grave"}
COUNTRY, PART, SHARE = (
    "pcf/geographyCountry", "pcf/geographyCountrySubdivision", "pcf/primaryDataShare"
)  # fmt: skip
_MOMENT = re.compile(r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?$")


def _read(edition: Edition, lookups: Lookups, _: Mapping[str, pl.DataFrame]) -> PublishedHarvest:
    harvest = PublishedHarvest(edition, lookups)
    seen: set[str] = set()
    for file in edition.file_rows:
        name = str(file["file_name"])
        messages = read_messages(edition.path(name), edition.shown(name))
        harvest.take(len(messages))
        for message in messages:
            try:
                _footprint(harvest, message, _version_of(harvest, message, name), seen)
            except LeftOut:
                continue
    return harvest


def _version_of(harvest: PublishedHarvest, message: Message, name: str) -> Version:
    """The version of a message: what it says, and which declared map its members fit."""
    named = versions_named(message.row.file, message.versions)
    present = [m for m in message.row.cells if m not in PASSED_OVER]
    layout = harvest.layout(name, present, [v.layout for v in named])
    return next(v for v in named if v.name == layout.name)


def _leave_out(harvest: PublishedHarvest, message: Message, code: str, member: str) -> LeftOut:
    harvest.leave_out(message.row, code, member, message.pointer(member))
    return LeftOut()


def _number(harvest: PublishedHarvest, message: Message, member: str) -> Fraction | None:
    """The number of a member, or None where it is not there."""
    text = message.row.get(member)
    if text is None:
        return None
    try:
        return exact(text)
    except NotANumber as error:
        raise _leave_out(harvest, message, "E-NUM-01", member) from error


def _moment(harvest: PublishedHarvest, message: Message, member: str) -> dt.datetime | None:
    text = message.row.get(member)
    if text is None:
        return None
    try:
        if not _MOMENT.match(text):
            raise ValueError(text)
        return dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise _leave_out(harvest, message, "E-INV-11", member) from error


def _span(
    harvest: PublishedHarvest, message: Message, members: tuple[str, str]
) -> tuple[dt.date | None, dt.date | None]:
    """First and last day; an end at midnight is the end of the day before."""
    start = _moment(harvest, message, members[0])
    end = _moment(harvest, message, members[1])
    first = start.date() if start else None
    last = end.date() if end else None
    if end and last and len(message.row[members[1]]) > 10 and end.time() == dt.time():
        last -= dt.timedelta(days=1)
    if first and last and first > last:
        raise _leave_out(harvest, message, "E-CODE-01", members[1])
    return first, last


def _footprint(
    harvest: PublishedHarvest, message: Message, version: Version, seen: set[str]
) -> None:
    """Hand in one message, or leave it out with the reason."""
    for member in (ID, version.total):
        if message.row.get(member) is None:
            raise _leave_out(harvest, message, "S-BLANK-01", member)
    key = f"{version.name}/{message.row[ID]}"
    if key in seen:
        raise _leave_out(harvest, message, "S-DUP-01", ID)
    seen.add(key)
    gwp_set = _gwp_set(harvest, message, version)
    unit = UNITS.get(message.row[version.unit])
    if unit is None:
        raise _leave_out(harvest, message, "E-UNIT-01", version.unit)
    divisor = _divisor(harvest, message, version)
    figures = {
        m: n for m in figures_of(version) if (n := _number(harvest, message, m)) is not None
    }  # fmt: skip
    parts, flags = parts_of(version, figures)
    convention, doubts = agreement(message, version, figures, parts)
    region, told = _region(harvest, message)
    start, end = _span(harvest, message, version.period)
    valid_from, valid_until = _span(
        harvest, message, ("validityPeriodStart", "validityPeriodEnd")
    )  # fmt: skip
    created = _moment(harvest, message, "created")
    told += ["deprecated"] if message.row.get("status") == "Deprecated" else []
    name = f"product footprint {message.row[ID]} ({version.name})"
    harvest.candidate(
        message.row,
        key,
        factor_kind="footprint_factor",
        name_zh=f"产品碳足迹报文 {message.row[ID]}（{version.name}）",
        name_en=name,
        flow_id=harvest.flow(name, unit, name_zh=f"产品 {message.row[ID]}（{version.name}）"),
        category_id="unclassified",
        value=to_double(figures[version.total] / divisor),
        value_convention=convention,
        value_unit="kgCO2e",
        reference_unit=unit,
        gwp_set=gwp_set,
        boundary=BOUNDARIES.get(message.row.get("partialFullPcf") or "", version.boundary),
        region_code=region,
        data_start=start,
        data_end=end,
        reference_year=start.year if start and end and start.year == end.year else None,
        valid_from=valid_from,
        valid_until=valid_until,
        published_on=created.date().isoformat() if created else None,
        data_origin=_origin(harvest, message),
        derivation="calculated",
        licence=version.licence,
        evidence_id=harvest.evidence_at(
            message.row,
            key,
            text=message.row[version.total],
            unit=f"kgCO2e per {message.row[version.amount]} {message.row[version.unit]}"
            if version.divides
            else f"kgCO2e/{message.row[version.unit]}",
            locator=message.pointer(version.total),
            place=f"{version.name}, {', '.join(message.versions)}",
            steps=_steps(message, version, figures, divisor, unit),
        ),
        confidence="medium",
        flags=sorted({"invented_example", *flags, *doubts, *told}),
        note_zh="交换格式的示例报文，数值是编造的，不得公开为因子",
        note_en="a sample of an exchange format; its values are invented and no factor",
        **{column: to_double(n / divisor) for column, n in parts.items()},
        **{c: to_double(figures[m] / divisor) for m, c in version.carbon.items()
           if figures.get(m, -1) >= 0},
    )  # fmt: skip


def _gwp_set(harvest: PublishedHarvest, message: Message, version: Version) -> str:
    """The one GWP set a message states."""
    stated = [m for m in version.gwp_set if message.row.get(m)]
    member = stated[0] if stated else (version.gwp_set or (GWP_NOT_STATED,))[0]
    said = message.row.get(member)
    if said not in GWP_SETS:
        raise _leave_out(harvest, message, "S-GWP-01", member)
    return said


def _divisor(harvest: PublishedHarvest, message: Message, version: Version) -> Fraction:
    """How many declared units the figures are for."""
    amount = _number(harvest, message, version.amount)
    if amount is None or amount <= 0:
        raise _leave_out(harvest, message, "E-NUM-01", version.amount)
    return amount if version.divides else Fraction(1)


def _region(harvest: PublishedHarvest, message: Message) -> tuple[str, list[str]]:
    """The country of the factory gate; a part of a country keeps the country."""
    country, part = message.row.get(COUNTRY), message.row.get(PART)
    if country is None and part is None:
        return "001", ["region_not_stated"]
    member = COUNTRY if country else PART
    code = country or (part or "").split("-")[0]
    if code not in harvest.lookups.regions:
        raise _leave_out(harvest, message, "E-REG-01", member)
    if part is None:
        return code, []
    return code, ["subnational" if part.split("-")[0] == code else "region_conflict"]


def _origin(harvest: PublishedHarvest, message: Message) -> str:
    share = _number(harvest, message, SHARE)
    if share is None or share == 0:
        return "secondary"
    return "primary" if share == 100 else "mixed"


def _steps(
    message: Message,
    version: Version,
    figures: Mapping[str, Fraction],
    divisor: Fraction,
    unit: str,
) -> list[dict[str, str]]:
    """The division by the declared amount, and every other figure as found."""
    steps: list[dict[str, Any]] = []
    if version.divides:
        steps.append(
            {
                "step": f"÷ {version.divides} -> kgCO2e/{unit}",
                "constant": text_of(divisor),
                "source": message.pointer(version.divides),
            }
        )
    return steps + [
        {
            "step": f"另述 | also stated: {member}",
            "constant": message.row[member],
            "source": message.pointer(member),
        }
        for member in figures
        if member != version.total
    ]


SOURCE = Source(
    "pcf_exchange_samples",
    "产品碳足迹交换报文示例（iLEAP、Catena-X）",
    "Samples of product footprint messages (iLEAP, Catena-X)",
    _read,
)
