"""The words of an explanation in two languages: stages, flows, boundaries, states.

Belongs here: names of codes for readers. Does not belong here: numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.vocabularies import BOUNDARY, STAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

# Tables of codes that have a name, and the column of the code.
NAMED = {"flow": "flow_id", "gas": "gas", "region": "region_code", "category": "category_id"}
STATES = {"demonstration": "演示", "provisional": "暂定", "confirmed": "确定"}
OTHERS = {"flow:other": ("其余", "others"), "total": ("合计", "total")}
STAGES = {code: (zh, en) for code, zh, en in STAGE.items}


def stage_name(code: str, language: int) -> str:
    """A stage's name; 0 is Chinese, 1 English."""
    return STAGES[code][language] if code in STAGES else code


def names_of(tables: Mapping[str, pl.DataFrame]) -> dict[str, tuple[str, str]]:
    """What flows, gases, regions and categories are called, Chinese and English, by code.

    Args:
        tables: those of ``NAMED``.
    """
    return {
        code: (zh, en)
        for table, key in NAMED.items()
        for code, zh, en in tables[table].select(key, "name_zh", "name_en").iter_rows()
    }


def flow_name(row: Mapping[str, Any], language: int) -> str:
    """What the flow of a line or a gap is called."""
    return str(row["flow_en" if language else "flow_zh"])


def boundary_name(code: str, language: int) -> str:
    """A system boundary's name."""
    return BOUNDARY.en(code) if language else BOUNDARY.zh(code)


def node_name(node: Mapping[str, Any], language: int) -> str:
    """A node's name on the contribution path."""
    if node["id"] in OTHERS:
        return OTHERS[node["id"]][language]
    if node["kind"] == "stage":
        return stage_name(node["id"].partition(":")[2], language)
    return str(node["name_en" if language else "name_zh"])


def title_of(told: Mapping[str, Any], language: int) -> str:
    """A product's name with its state."""
    if language:
        return f"{told['name_en']} ({told['product_id']}) [{told['result_state']}]"
    state = STATES.get(told["result_state"], told["result_state"])
    return f"{told['name_zh']}（{told['product_id']}）【{state}】"


def unreleased(inventory: str, release: str, language: int) -> str:
    """What is to be said first of a result that stands in no release."""
    return (
        f"未发布：由清单 {inventory} 对照发布 {release} 计算，未经评审",
        f"not released: computed from the inventory {inventory} against release {release}, "
        "not reviewed",
    )[language]


def standing_of(told: Mapping[str, Any], release: str, language: int) -> str:
    """What is to be said first of an explanation: nothing where its result is released."""
    computed_from = told["computed_from"]
    return unreleased(computed_from, release, language) if computed_from else ""
