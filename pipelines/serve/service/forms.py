"""The forms of the answers as OpenAPI tells them, made from the declared tables.

Belongs here: answer shapes and what a parameter may be. One column is described once, in
``schemas``; its title, unit and meaning come from there.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, create_model

from pipelines.serve.service.shelf import LISTED
from schemas import ALL_TABLES

if TYPE_CHECKING:
    from schemas.table import Table

TYPES: dict[str, Any] = {
    "text": str, "code": str, "integer": int, "number": float, "decimal": float,
    "boolean": bool, "date": dt.date, "texts": list[str], "json": Any,
}  # fmt: skip


JSON = "application/json; charset=utf-8"


def form_of(table: Table, *, names: tuple[str, ...] | None = None, **more: Any) -> type[BaseModel]:
    """The form of a row of a declared table.

    Args:
        table: the table.
        names: the columns, all by default.
        more: further fields as pydantic takes them.
    """
    fields: dict[str, Any] = {}
    for field in table:
        if names is not None and field.name not in names:
            continue
        unit = f" [{field.unit}]" if field.unit else ""
        words = f"{field.title_zh} | {field.title_en}{unit}: {field.meaning_zh} {field.meaning_en}"
        fields[field.name] = (TYPES[field.kind] | None, Field(description=words))
    made: type[BaseModel] = create_model(f"Row_{table.name}", **fields, **more)
    return made


FactorRow: Any = form_of(ALL_TABLES["factor"], names=LISTED)


class Answer(BaseModel):
    """Every answer names the release it comes from."""

    release: str = Field(description="发布编号 release id")
    released_on: str = Field(description="发布日期 date of the release")
    kind: str = Field(description="发布性质 demonstration or official")


class Refusal(BaseModel):
    """Why a request was not answered, in both languages, with what to do."""

    findings: list[dict[str, Any]]


REFUSALS: dict[int | str, dict[str, Any]] = {
    code: {"model": Refusal, "description": words}
    for code, words in (
        (404, "没有此编号 no such id"),
        (409, "选择未决或发布不可用 a tie, or a release that cannot be used"),
        (414, "地址过长 address too long"),
        (422, "参数不合要求 a parameter is not acceptable"),
        (429, "请求过多 too many requests"),
        (431, "请求头过大 headers too large"),
        (503, "暂不可用 not available now"),
    )
}


class Listed(Answer):
    """A page of factors."""

    total: int = Field(description="全部行数 rows in all")
    data: list[FactorRow]


class One(Answer):
    """One document."""

    data: dict[str, Any]


class Several(Answer):
    """Several documents."""

    data: list[dict[str, Any]]


class Choice(BaseModel):
    """What serves a context of use, why, and what was passed over."""

    factor: dict[str, Any] | None = Field(description="所选因子；空为未覆盖 the factor, or none")
    unit_ratio: float | None = Field(description="每单位数量折合的基准单位数")
    reason_zh: str
    reason_en: str
    runners_up: list[dict[str, Any]]
    rule_version: str = Field(description="选择规则版本 version of the rule of choice")


class Chosen(Answer):
    """The answer of a look-up by context of use."""

    data: Choice
