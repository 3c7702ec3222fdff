"""What ``seeds/uslci/linking.toml`` must hold: every choice with its kind and its source.

Belongs here: the shape of the file. Does not belong here: what a choice does
(``_uslci_rules``).
"""

from __future__ import annotations

from pipelines.tabular.toml_shape import (
    COUNT,
    DECIMAL,
    FLAG,
    RATIO,
    SIZE,
    SIZES,
    SOURCE,
    TEXT,
    TEXTS,
    Each,
    Named,
    Shape,
)  # fmt: skip

LINKING: Shape = {
    "version": TEXT,
    "file": {"largest_inflated_bytes": SIZE, "source": SOURCE},
    "provider": {"order": TEXTS, "same_name": FLAG, "whole_area": TEXTS, "source": SOURCE},
    "cutoff": {"prefixes": TEXTS, "categories": TEXTS, "source": SOURCE},
    "allocation": {"method": TEXT, "by": TEXTS, "waste_words": TEXTS, "source": SOURCE},
    "main_product": Each({"process": TEXT, "product": TEXT, "source": SOURCE}),
    "withheld": Each({
        "process": TEXT, "unit": TEXT, "flow": TEXT, "amount": DECIMAL, "reason": TEXT,
        "source": SOURCE,
    }),
    "sensitivity": {"gas": TEXT, "share": DECIMAL, "source": SOURCE},
    "negative": {"largest_gwp": DECIMAL, "share": DECIMAL, "source": SOURCE},
    "dates": {"unknown_years": SIZES, "ecospold1_days": COUNT, "source": SOURCE},
    "region": {"blank": TEXT, "codes": Named(TEXT), "source": SOURCE},
    "unit": Each({
        "text": TEXT, "group": TEXT, "unit": TEXT, "per_unit": RATIO, "source": SOURCE,
    }),
    "unit_group": {"names": Named(TEXT), "source": SOURCE},
    "property": Each({
        "flow": TEXT, "from": TEXT, "to": TEXT, "per_unit": RATIO, "source": SOURCE,
    }),
    "nature": {"categories": TEXTS, "source": SOURCE},
    "compartment": {"not_air": TEXTS, "source": SOURCE},
    "gas": Each({"gas": TEXT, "names": TEXTS, "source": SOURCE}),
    "gas_not_held": {
        "names": TEXTS, "largest_gwp": DECIMAL, "share": DECIMAL, "source": SOURCE,
    },
    "uptake": {"names": TEXTS, "source": SOURCE},
    "co2_origin": {"words": TEXTS, "gas": TEXT, "source": SOURCE},
    "electricity": Each({
        "words": TEXTS, "also": TEXTS, "delivery_scope": TEXT, "location_type": TEXT,
        "source": SOURCE,
    }),
    "category": {"of": Named(TEXT), "source": SOURCE},
}  # fmt: skip
