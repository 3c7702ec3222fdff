"""How uncertain a line or a factor is: the variance of ln x of each drawn quantity.

Belongs here: reading the rule of uncertainty, what a line states, its faults, the names by
which quantities are drawn. Does not belong here: the kinds and tables themselves
(``quantities.uncertainty``, ``quantities.pedigree``) and propagation (``uncertainty``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipelines.errors import FaultyData
from pipelines.findings import Finding, finding
from pipelines.footprint.cell_checks import at
from pipelines.footprint.sampling.draw_formula import FARTHEST, FARTHEST_NORMAL
from pipelines.quantities.number import NotANumber, exact
from pipelines.quantities.pedigree import pedigree_variance, read_pedigree_tables, scores_of
from pipelines.quantities.uncertainty import (
    CERTAIN,
    WITH_LIMITS,
    WITH_SCORES,
    variance_of_figure,
    variance_of_interval,
)
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import (
    COUNT,
    POSITIVE,
    SIZE,
    SOURCE,
    TEXT,
    Named,
    Shape,
    require_shape,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.footprint.inventory import Inventory
    from pipelines.footprint.reference import FlowBook
    from pipelines.quantities.pedigree import PedigreeTable

SHOWN = "rules/uncertainty.toml"
SHAPE: Shape = {
    "normal": {"z975": POSITIVE, "source": SOURCE},
    "pedigree": {"table": TEXT, "flow_group": Named(TEXT), "source": SOURCE},
    "samples": {"number": SIZE, "seed": COUNT, "source": SOURCE},
}
LARGEST_SIGMA = FARTHEST / FARTHEST_NORMAL
GASES = {"emission", "removal"}


@dataclass(frozen=True)
class SpreadRule:
    """How stated uncertainties are read and how many samples a release draws.

    Attributes:
        z975: 97.5 % quantile of the standard normal distribution.
        table: the pedigree table in use.
        flow_groups: flow group by the beginning of a flow's category or gas.
        samples: samples drawn where the caller names no number.
        seed: seed where the caller names none.
    """

    z975: float
    table: PedigreeTable
    flow_groups: Mapping[str, str]
    samples: int
    seed: int


def read_spread_rule(seeds: Path) -> SpreadRule:
    """The rule of uncertainty of a seeds folder.

    Raises:
        UnreadableInput: E-SEED-06, a file is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-09 a part names no source, E-SEED-02 a part
            is missing, of another kind or names a table there is not, E-UNC-05 a table without
            source.
    """
    block = read_toml(seeds / SHOWN, SHOWN)
    require_shape(block, SHOWN, SHAPE)
    tables, name = read_pedigree_tables(seeds), block["pedigree"]["table"]
    if name not in tables:
        raise FaultyData(
            finding("E-SEED-02", file=SHOWN, column="pedigree.table", value=name,
                    expected=sorted(tables))
        )  # fmt: skip
    return SpreadRule(
        float(exact(block["normal"]["z975"])),
        tables[name],
        block["pedigree"]["flow_group"],
        block["samples"]["number"],
        block["samples"]["seed"],
    )


def line_variance(line: Mapping[str, Any], rule: SpreadRule, book: FlowBook) -> float:
    """Variance of ln x of a line's amount; 0 where none is stated.

    A spread whose draws would leave the numbers that draws are made of is no spread.

    Args:
        line: row of the ``exchange`` table.
        rule: the rule of uncertainty.
        book: the category of the line's flow.

    Raises:
        FaultyData: E-UNC-01 to E-UNC-07, what is stated cannot be.
    """
    kind = line["uncertainty_kind"]
    if kind == CERTAIN or line["amount"] == 0:
        return 0.0
    found = _stated_variance(line, rule, book)
    if found > LARGEST_SIGMA**2:
        what = f"sigma_ln <= {LARGEST_SIGMA:.4g}"
        text = line["uncertainty_value"] or f"{line['amount_lower95']} .. {line['amount_upper95']}"
        raise FaultyData(finding("E-UNC-02", kind=kind, value=text, what_zh=what, what_en=what))
    return found


def _stated_variance(line: Mapping[str, Any], rule: SpreadRule, book: FlowBook) -> float:
    kind = line["uncertainty_kind"]
    if kind == WITH_LIMITS:
        low, high = line["amount_lower95"], line["amount_upper95"]
        if low is None or high is None:
            raise FaultyData(finding("E-UNC-07", value=f"{low} .. {high}"))
        amount = line["amount"]
        if amount < 0:
            # The distribution is that of the size; the sign is kept.
            amount, low, high = -amount, -high, -low
        return variance_of_interval(amount, low, high, rule.z975)
    text = line["uncertainty_value"] or ""
    if kind == WITH_SCORES:
        group = _flow_group(line, rule, book)
        scores = scores_of(text)
        found = pedigree_variance(rule.table, scores, line["basic_variance"], flow_group=group)
        return found.variance_ln
    try:
        figure = float(exact(text))
    except NotANumber as error:
        raise FaultyData(
            finding("E-UNC-02", kind=kind, value=text, what_zh="是一个数", what_en="a number")
        ) from error
    return variance_of_figure(kind, figure, rule.z975)


def _flow_group(line: Mapping[str, Any], rule: SpreadRule, book: FlowBook) -> str | None:
    """The group whose basic variance stands where the line states none."""
    is_gas = line["direction"] in GASES
    place = f"gas.{line['flow']}" if is_gas else book.categories.get(line["flow"], "")
    fitting = [name for name in rule.flow_groups if place.startswith(name)]
    return rule.flow_groups[max(fitting, key=len)] if fitting else None


def spread_faults(inventory: Inventory, book: FlowBook, rule: SpreadRule) -> list[Finding]:
    """Every line whose stated uncertainty cannot be, with its file and row."""
    faults = []
    for i, line in enumerate(inventory.rows["exchange"]):
        try:
            line_variance(line, rule, book)
        except FaultyData as error:
            place = {**at(inventory, "exchange", i), "field": "uncertainty_value"}
            faults += [replace(one, place={**one.place, **place}) for one in error.findings]
    return faults


def name_of_line(line: Mapping[str, Any], inventory_id: str) -> str:
    """The name by which a line's amount is drawn: two inventories never share a line."""
    return f"line:{inventory_id}/{line['process_id']}/{line['line']}"


def name_of_factor(factor: Mapping[str, Any]) -> str:
    """The name by which a factor is drawn: every line that uses it shares the draw."""
    return f"factor:{factor['factor_id']}@{factor['version']}"
