"""US EPA supply chain greenhouse gas factors by NAICS commodity, per dollar spent.

Two factors per commodity, as the publisher defines them: without margins (cradle to the
point of production) and with margins (cradle to the point of sale), both per dollar at
purchaser price. The file of CO2e gives the values, the file by gas their masses; both
belong to one edition. Currency year and price basis are part of the unit.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipelines.ingest.published_harvest import LeftOut, PublishedHarvest
from pipelines.quantities.number import to_double
from pipelines.sources._epa_supply_chain_ghg_files import (
    GHG,
    MARGINS,
    SECTOR,
    UNIT,
    WITH,
    WITHOUT,
    code_column,
    read_files,
)
from pipelines.sources._epa_supply_chain_ghg_gases import (
    agrees,
    declared_set,
    figure,
    masses_of,
)
from pipelines.sources._printed_co2e import half_digit, warming_potentials
from pipelines.sources.contract import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from pipelines.ingest.reference import Lookups
    from pipelines.ingest.seed_folder import Edition
    from pipelines.sources._epa_supply_chain_ghg_files import Line, Stated
    from pipelines.sources._epa_supply_chain_ghg_gases import Declared, Masses, Part

REGION = "US"
_CATEGORIES = {
    "112": "agriculture.livestock", "11": "agriculture", "21": "material.mineral",
    "2213": "material.water", "3241": "energy.fuel.oil", "325": "material.chemical",
    "326": "material.plastic", "3272": "material.glass", "32731": "material.cement",
    "32732": "material.concrete", "32741": "material.cement", "3311": "material.iron_steel",
    "3312": "material.iron_steel", "3313": "material.aluminium", "331": "material.metal",
    "482": "transport.freight.rail", "484": "transport.freight.road", "48": "transport",
    "562": "waste",
}  # fmt: skip


@dataclass(frozen=True)
class Basis:
    """One of the two factors of a commodity."""

    key: str
    column: str
    zh: str
    en: str
    flags: tuple[str, ...]


BASES = (
    Basis("without_margins", WITHOUT, "不含流通加价，摇篮到生产点",
          "without margins, cradle to point of production", ()),
    Basis("with_margins", WITH, "含流通加价，摇篮到销售点",
          "with margins, cradle to point of sale", ("cradle_to_shelf",)),
)  # fmt: skip


def _read(edition: Edition, lookups: Lookups, _: Mapping[str, pl.DataFrame]) -> PublishedHarvest:
    harvest = PublishedHarvest(edition, lookups)
    found = read_files(harvest)
    totals = _once(harvest, [line for line in found.lines if line.is_co2e])
    masses = masses_of(harvest, [line for line in found.lines if not line.is_co2e])
    gwp = warming_potentials(edition.folder.parent)
    declared = declared_set(found.stated, totals, masses.parts, gwp)
    potentials = gwp[declared.gwp_set] if declared else {}
    shares = Counter(line.row[SECTOR] for line in totals.values())
    reader = _Reader(harvest, found.stated, declared, potentials, masses, shares)
    for line in totals.values():
        reader.commodity(line)
    for code, rows in masses.parts.items():
        reader.join(rows, totals.get(code))
    return harvest


def _once(harvest: PublishedHarvest, lines: Iterable[Line]) -> dict[str, Line]:
    """Rows of CO2e by code; a code that stands in an earlier row is left out."""
    found: dict[str, Line] = {}
    for line in lines:
        if found.setdefault(line.code, line) is not line:
            for _ in BASES:
                harvest.leave_out(line.row, "S-DUP-01", code_column(line))
    return found


class _Reader:
    """Hands the factors of one edition in, or leaves their rows out with the reason."""

    def __init__(
        self,
        harvest: PublishedHarvest,
        stated: Stated,
        declared: Declared | None,
        potentials: Mapping[str, Fraction],
        masses: Masses,
        shares: Counter[str],
    ) -> None:
        self.harvest = harvest
        self.stated = stated
        self.declared = declared
        self.potentials = potentials
        self.masses = masses
        self.shares = shares
        self.factors: dict[str, list[str]] = defaultdict(list)

    def commodity(self, line: Line) -> None:
        """Hand in both factors of a commodity."""
        self.harvest.mend(line.row, line.code)
        parts = [p for p in self.masses.parts.get(line.code, ()) if p.line.per == line.per]
        flags = self._flags(line, parts)
        for basis in BASES:
            try:
                self.factors[line.code].append(self._factor(line, basis, parts, flags))
            except LeftOut:
                continue

    def _factor(self, line: Line, basis: Basis, parts: list[Part], flags: set[str]) -> str:
        row = line.row
        if not row.get(basis.column):
            self.harvest.leave_out(row, "S-BLANK-01", basis.column)
            raise LeftOut
        unit = self.harvest.reference_unit(row, UNIT, line.per)
        value = self.harvest.cell_number(row, basis.column)
        if self.declared is None:
            self.harvest.leave_out(row, "S-GWP-01", UNIT)
            raise LeftOut
        key = f"{line.code}:{basis.key}"
        told = {"step": f"GWP = {self.declared.gwp_set}", "constant": ""}
        read_at = self.harvest.evidence_at(
            row, key, text=row[basis.column], unit=row[UNIT], place=basis.column,
            steps=[{**told, "source": self.declared.source}],
        )  # fmt: skip
        factor_id = self.harvest.candidate(
            row,
            key,
            **_names(line, basis),
            **self._period(),
            factor_kind="footprint_factor",
            flow_id=self._flow(line, unit),
            category_id=category_of(line.code),
            product_codes=[f"urn:naics:2017:{line.code}"],
            value=to_double(value),
            value_convention="not_stated",
            value_unit="kgCO2e",
            reference_unit=unit,
            gwp_set=self.declared.gwp_set,
            boundary="cradle_to_gate",
            region_code=REGION,
            derivation="calculated",
            evidence_id=read_at,
            confidence="medium",
            flags=sorted({*flags, *basis.flags}),
        )
        for part in parts:
            self._mass(factor_id, part, basis)
        return factor_id

    def _mass(self, factor_id: str, part: Part, basis: Basis) -> None:
        row = part.line.row
        read_at = self.harvest.evidence_at(
            row,
            f"{part.line.code}:{part.gas}",
            text="; ".join(f"{b.key} {row[b.column]}" for b in BASES),
            unit=row[UNIT],
            place=row[GHG],
        )
        self.harvest.candidate_gas(
            factor_id, part.gas, part.masses[basis.column], evidence_id=read_at
        )

    def _flow(self, line: Line, unit: str) -> str:
        name = f"NAICS 2017 {line.code}"
        sector = line.row.get(SECTOR)
        urns = [f"urn:naics:2017:{line.code}", *([f"urn:useeio:{sector}"] if sector else [])]
        return self.harvest.flow(
            name, unit, category_id=category_of(line.code), name_zh=f"{line.title} [{name}]",
            external_ids=urns,
        )  # fmt: skip

    def _period(self) -> dict[str, Any]:
        year = self.stated.data_year
        if year is None:
            return {}
        first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
        return {"data_start": first, "data_end": last, "reference_year": year}

    def _flags(self, line: Line, parts: list[Part]) -> set[str]:
        told = {
            # HFCs and PFCs that are not told apart have a mass and no warming potential.
            "p": parts and line.code in self.masses.incomplete,
            "gases_disagree_with_co2e": parts and not agrees(line, parts, self.potentials),
            "shared_sector_value": self.shares[line.row[SECTOR]] > 1,
            "margins_disagree": not margins_add_up(line),
        }
        return {"name_not_translated", *(flag for flag, holds in told.items() if holds)}

    def join(self, parts: list[Part], total: Line | None) -> None:
        """Leave the rows of the gases out as parts of the factors they were joined to."""
        for part in parts:
            row = part.line.row
            factors = self.factors.get(part.line.code)
            if total is None:
                why = "该代码没有 CO2e 行 no row of CO2e of this code"
                self.harvest.leave_out(row, "S-LINK-01", GHG, reason=why)
            elif part.line.per != total.per or not self._is_unit(total.per):
                self.harvest.leave_out(row, "E-UNIT-01", UNIT)
            elif not factors:
                why = "CO2e 行未能读入 its row of CO2e was left out"
                self.harvest.leave_out(row, "S-LINK-01", GHG, reason=why)
            else:
                self.harvest.leave_out(row, "S-PART-01", factor=", ".join(factors))

    def _is_unit(self, text: str) -> bool:
        return self.harvest.lookups.units.is_known(text)


def margins_add_up(line: Line) -> bool:
    """Whether with margins is without margins plus margins, within rounding."""
    texts = (line.row[WITH], line.row[WITHOUT], line.row[MARGINS])
    with_margins, without, margins = (figure(text) for text in texts)
    if with_margins is None or without is None or margins is None:
        return True
    # Trailing zeros are not printed: the finest of the three figures tells the rounding.
    finest = min((half_digit(text) for text in texts if half_digit(text)), default=Fraction(0))
    return abs(with_margins - without - margins) <= 3 * finest


def _names(line: Line, basis: Basis) -> dict[str, str]:
    sector = line.row.get(SECTOR) or "-"
    return {
        "name_zh": f"{line.title}（{basis.zh}）",
        "name_en": f"{line.title} ({basis.en})",
        "note_zh": f"NAICS 2017 {line.code}，数值取自 USEEIO 部门 {sector}；"
        "单位含货币年份与价格口径。",
        "note_en": f"NAICS 2017 {line.code}, figures of the USEEIO sector {sector}; "
        f"the unit holds currency year and price basis ({line.per}).",
    }


def category_of(code: str) -> str:
    """Our category of a NAICS code, where it is clear.

    Example:
        >>> category_of("331313"), category_of("541110")
        ('material.aluminium', 'unclassified')
    """
    longest = max((known for known in _CATEGORIES if code.startswith(known)), key=len, default="")
    return _CATEGORIES.get(longest, "unclassified")


SOURCE = Source(
    "epa_supply_chain_ghg",
    "美国环保署供应链温室气体因子（USEEIO，按 NAICS，每美元）",
    "US EPA supply chain greenhouse gas factors (USEEIO, by NAICS, per dollar)",
    _read,
)
