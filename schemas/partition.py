"""What large systems come to block by block: figures of products, factors of lines.

Belongs here: the gathered results of partitions. Does not belong here: the results a release
publishes (``schemas.footprint``), whose columns these share.
"""

from __future__ import annotations

from schemas.factor import FACTOR_ID, VERSION
from schemas.footprint import FOOTPRINT, FOOTPRINT_LINE
from schemas.names import REASON_EN, REASON_ZH
from schemas.product import FLOW_USE_FIELD, INVENTORY_ID, LINE, PROCESS_ID, PRODUCT_ID
from schemas.reference import GWP_SET_FIELD
from schemas.release import RELEASE_INFO
from schemas.table import Table

FIGURES = (
    "median", "mean", "p2_5", "p97_5", "gsd2", "samples", "seed", "median_se", "p2_5_se",
    "p97_5_se", "samples_unproductive", "unproductive",
)  # fmt: skip
SAMPLED_PRODUCT = Table(
    "sampled_product", "分区抽样的产品", "Product sampled in parts",
    "一批清单的产品：由各抽样分区合成的区间，只出自一个发布。",
    "Products of a batch: the interval put together from blocks of samples, from one release.",
    (
        RELEASE_INFO["release_id"], PRODUCT_ID, GWP_SET_FIELD, INVENTORY_ID,
        *(FOOTPRINT[name] for name in FIGURES),
    ),
    key=("product_id", "gwp_set"),
    published=False,
)  # fmt: skip
LINE_CHOICE = Table(
    "line_choice", "分区选定的因子", "Factor chosen in parts",
    "一批清单的每一行用哪个因子、为什么：由各行分区合成，只出自一个发布。",
    "Which factor serves each line of a batch and why, put together from blocks of lines.",
    (
        RELEASE_INFO["release_id"], INVENTORY_ID, GWP_SET_FIELD, PROCESS_ID, LINE,
        FLOW_USE_FIELD, FACTOR_ID, VERSION, FOOTPRINT_LINE["selection_rank"], REASON_ZH,
        REASON_EN, FOOTPRINT_LINE["runners_up"],
    ),
    key=("inventory_id", "gwp_set", "process_id", "line", "flow_use"),
    optional=("factor_id", "version"),
    published=False,
)  # fmt: skip
PARTITION_TABLES = (SAMPLED_PRODUCT, LINE_CHOICE)
