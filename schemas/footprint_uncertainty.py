"""How uncertain results are, and how products compare on common draws.

Belongs here: what drives the variance of a result, comparisons. Does not belong here: the
interval of a total, which stands with it (``schemas.footprint``).
"""

from __future__ import annotations

from schemas.factor import FACTOR
from schemas.footprint import FOOTPRINT_REF, VARIANCE_SHARE
from schemas.product import ID, PRODUCT_ID
from schemas.reference import GWP_SET_FIELD
from schemas.table import Field, Table

# fmt: off
FOOTPRINT_UNCERTAINTY = Table(
    "footprint_uncertainty", "足迹不确定度来源", "Sources of uncertainty",
    "每个抽样量对结果方差的贡献：先改进哪一个。",
    "What each drawn quantity adds to the variance of a result: what to improve first.",
    (
        PRODUCT_ID, GWP_SET_FIELD,
        Field("quantity", "text", "抽样量", "Quantity",
              "line:清单/过程/行、factor:编号@版本或 product:编号；同一因子只抽一次。",
              "line:inventory/process/line, factor:id@version or product:id; drawn once."),
        Field("variance_rank", "integer", "名次", "Rank", "按方差占比。", "By share of variance.",
              unit="1", minimum=1),
        FACTOR["variance_ln"],
        Field("sensitivity", "number", "灵敏度", "Sensitivity",
              "该量变化 1 % 时结果变化的百分数，环路已计入。",
              "Relative change of the result per relative change of the quantity, loops included.",
              unit="1"),
        VARIANCE_SHARE,
    ),
    key=("product_id", "gwp_set", "quantity"),
    references=(FOOTPRINT_REF,),
)
FOOTPRINT_COMPARISON = Table(
    "footprint_comparison", "产品比较", "Comparison of products",
    "同类产品两两比较：共用随机数下一个低于另一个的概率。",
    "Products of one category compared: how often one is below the other, on common draws.",
    (
        PRODUCT_ID,
        Field("other_product_id", "code", "另一产品", "Other product", "另一产品的编号。",
              "Id of the other product.", pattern=ID),
        GWP_SET_FIELD,
        Field("share_below", "number", "低于的概率", "P(A < B)",
              "第一个产品低于第二个的抽样份额，相等计一半。",
              "Share of samples in which the first is below the second; ties count half.",
              unit="1", minimum=0, maximum=1),
        Field("share_below_se", "number", "概率的标准误", "Standard error", "该份额的标准误。",
              "Standard error of that share.", unit="1", minimum=0),
    ),
    key=("product_id", "other_product_id", "gwp_set"),
    references=(FOOTPRINT_REF,),
)
UNCERTAINTY_TABLES = (FOOTPRINT_UNCERTAINTY, FOOTPRINT_COMPARISON)
