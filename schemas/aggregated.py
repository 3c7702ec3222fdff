"""Quality that is not of one factor today: of aggregated results, and of factors as they age.

Belongs here: the 80 % rule per result, the renewal list of a release. Does not belong here:
scores of single factors (``schemas.judgement``).
"""

from __future__ import annotations

from schemas.factor import FACTOR, FACTOR_ID, FACTOR_REF, VERSION
from schemas.footprint import FOOTPRINT, FOOTPRINT_REF
from schemas.judgement import FACTOR_QUALITY
from schemas.product import PRODUCT_ID
from schemas.reference import GWP_SET_FIELD
from schemas.table import Field, Rule, Table

# fmt: off
AGGREGATED_QUALITY = Table(
    "aggregated_quality", "聚合数据质量", "Quality of aggregated data",
    "按 80 % 规则与贡献加权评定的结果代表性：贡献最大、合计不低于规定份额的行。",
    "Representativeness of a result by its largest contributions that make up the rule's share.",
    (
        PRODUCT_ID, GWP_SET_FIELD,
        Field("lines_weighed", "integer", "计入行数", "Lines counted", "计入评定的行数。",
              "Lines that count.", unit="1", minimum=1),
        FOOTPRINT["lines_total"],
        Field("share_weighed", "number", "计入份额", "Share counted",
              "计入的行占贡献绝对值合计的份额。",
              "Share of all absolute contributions that count.", unit="1", minimum=0, maximum=1),
        FACTOR_QUALITY["ter"], FACTOR_QUALITY["ger"], FACTOR_QUALITY["tir"],
        FACTOR_QUALITY["precision_score"], FACTOR["dqr"], FACTOR_QUALITY["rubric_id"],
    ),
    key=("product_id", "gwp_set"),
    references=(FOOTPRINT_REF,),
    rules=(Rule("R-AGG-01", "lines_weighed <= lines_total", "计入行数不多于总行数。",
                "No more lines count than there are."),),
)


def _then(name: str, zh: str, en: str) -> Field:
    return Field(name, "number", zh, en, f"到期日的{zh}。", f"{en} at the end of the period.",
                 unit="1", minimum=1, maximum=5)


def _level(name: str, zh: str, en: str) -> Field:
    return Field(name, "integer", zh, en, f"{zh}，1 最好、5 最差。",
                 f"{en}, 1 best and 5 worst.", unit="1", minimum=1, maximum=5)


RENEWAL = Table(
    "renewal", "更新清单", "Renewal list",
    "只因时间推移，在规定年限内将降级的因子：哪一天变旧、降到哪一级。",
    "Factors that lose a level of quality by age alone within the rule's years, and when.",
    (
        FACTOR_ID, VERSION,
        Field("aged_from", "date", "起算日", "From", "发布日期，质量按此日评定。",
              "Date of the release, at which quality is measured."),
        Field("aged_until", "date", "到期日", "Until", "清单所看的最后一日。",
              "Last day the list looks at."),
        Field("next_loss", "date", "首次变差日", "First loss", "时间代表性首次变差的日期。",
              "Day on which the score of time first gets worse."),
        FACTOR_QUALITY["tir"], _then("tir_then", "时间代表性", "Score of time"),
        FACTOR["dqr"], _then("dqr_then", "综合评级", "Rating"),
        _level("quality_level", "现等级", "Level now"),
        _level("quality_level_then", "到期日等级", "Level then"),
    ),
    key=("factor_id", "version"),
    references=(FACTOR_REF,),
    rules=(
        Rule("R-REN-01", "next_loss > aged_from AND next_loss <= aged_until",
             "变差日在清单期间内。", "The loss falls within the period of the list."),
        Rule("R-REN-02", "quality_level_then > quality_level", "到期日等级更差。",
             "The level then is worse."),
    ),
)
AGGREGATED_TABLES = (AGGREGATED_QUALITY, RENEWAL)
# fmt: on
