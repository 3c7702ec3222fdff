"""What the parameters of the addresses may be, told in OpenAPI as they are checked."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Path, Query

from schemas.vocabularies import BOUNDARY, DATA_ORIGIN, FACTOR_KIND, STATUS

CODE = r"^[A-Za-z0-9_.*()\-\u00b0-\uffff/]{1,80}$"
RELEASE = r"^[0-9]{4}\.[0-9]{1,6}\.[0-9]{1,6}$"
VERSION = r"^[0-9]{1,6}\.[0-9]{1,6}$"


def _code(words: str, **more: Any) -> Any:
    return Query(description=words, pattern=CODE, **more)


def _one_of(words: str, codes: tuple[str, ...]) -> Any:
    return Query(description=words, pattern=f"^({'|'.join(map(re.escape, codes))})$")


Text = Annotated[str, Query(description="检索词 words, any language", max_length=200)]
Region = Annotated[str | None, _code("区域代码 region code")]
Place = Annotated[str, _code("使用地 region of the activity")]
Year = Annotated[int | None, Query(description="数据年份 year of the data", ge=1900, le=2100)]
UseYear = Annotated[int, Query(description="使用年份 year of the activity", ge=1900, le=2100)]
Use = Annotated[str, _one_of("用途 use", ("supply", "combustion"))]
FactorId = Annotated[str, Path(description="因子编号 factor id", pattern=r"^F[A-Z2-7]{12}$")]
ProductId = Annotated[str, Path(description="产品编号 product id", pattern=r"^[a-z0-9_-]{1,80}$")]
Version = Annotated[str | None, Query(description="版本 version", pattern=VERSION)]
From = Annotated[
    str | None,
    Query(alias="from", description="起始发布（不含） after this release", pattern=RELEASE),
]
To = Annotated[str | None, Query(description="终止发布 up to this release", pattern=RELEASE)]
Gwp = Annotated[str | None, _one_of("GWP 集 GWP set", ("AR4", "AR5", "AR5-feedback", "AR6"))]
Kind = Annotated[str | None, _one_of("因子类型 kind", FACTOR_KIND.codes)]
Boundary = Annotated[str | None, _one_of("边界 boundary", BOUNDARY.codes)]
Origin = Annotated[str | None, _one_of("来源类型 data origin", DATA_ORIGIN.codes)]
Status = Annotated[str | None, _one_of("状态 status", STATUS.codes)]
Category = Annotated[str | None, _code("类别 category")]
Flow = Annotated[str | None, _code("流 flow")]
FlowAsked = Annotated[str, _code("流 flow id")]
Licence = Annotated[str | None, _code("许可 licence")]
Source = Annotated[str | None, _code("来源 source")]
Unit = Annotated[str | None, _code("数量的单位 unit of the amount")]
Route = Annotated[str | None, _code("工艺 route")]
Offset = Annotated[int, Query(description="略过 rows passed over", ge=0, le=1_000_000)]
Limit = Annotated[int, Query(description="行数 rows given", ge=1, le=200)]
