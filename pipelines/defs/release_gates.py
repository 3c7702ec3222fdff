"""The gates of a release as the graph shows them: asset checks settled before the commit point.

Belongs here: which finding closes which gate, and the results the graph records. Does not
belong here: the gates themselves (``pipelines.publish.gate``, ``classes``, ``verify``).

Publishing runs every gate before it commits. When one refuses, its check is recorded as failed
and the run ends with nothing committed; derived assets behind it do not run.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg

from pipelines.errors import TanyuanError
from pipelines.publish import Receipt


@dataclass(frozen=True)
class Gate:
    """One gate: its words, and the codes of the findings by which it refuses."""

    words: str
    codes: frozenset[str]


GATES = {
    "every_contract_holds": Gate(
        "契约与引用逐表成立 | Every contract and reference holds", frozenset({"E-REL-03"})
    ),
    "expectations_hold": Gate(
        "写成的文件合乎期望 | The files as written meet the expectations",
        frozenset({"E-REL-04", "E-REL-05"}),
    ),
    "only_public_rows_show": Gate(
        "只有公开的行，字节中无未公开内容 | Public rows only; nothing withheld in any byte",
        frozenset({"E-REL-06", "E-CLS-01", "E-CLS-02"}),
    ),
    "changes_have_reasons": Gate(
        "每处变更有原因、版本相符 | Every change has a reason and follows its version",
        frozenset({"E-CHG-01", "E-REL-11"}),
    ),
    "signers_are_enough": Gate("签名足够 | Signatures enough", frozenset({"E-KEY-03"})),
    "folder_verifies": Gate(
        "成品文件夹独立核验通过 | The finished folder verifies on its own", frozenset({"E-REL-08"})
    ),
}
SPECS = [
    dg.AssetCheckSpec(name, asset="published_release", description=gate.words, blocking=True)
    for name, gate in GATES.items()
]


def passed(receipt: Receipt) -> Iterator[dg.AssetCheckResult]:
    """Every gate open; a release that already stood passed them when it was made."""
    for name in GATES:
        yield dg.AssetCheckResult(
            passed=True,
            check_name=name,
            metadata={"release_id": receipt.release_id, "is_new": receipt.is_new},
        )


def refused(error: TanyuanError) -> Iterator[dg.AssetCheckResult]:
    """The gates that refused, with what they found; those not reached say nothing."""
    for name, gate in GATES.items():
        found = [one for one in error.findings if one.code in gate.codes]
        if found:
            yield dg.AssetCheckResult(
                passed=False,
                check_name=name,
                metadata={"findings": len(found), "codes": sorted({one.code for one in found})},
            )
