"""A factor as it is cited: GB/T 7714, BibTeX, RIS and the Citation File Format.

Belongs here: the four spellings of one citation. A factor is cited twice: as this release's
version of it, and by its original source.

Source:
    GB/T 7714-2015 (electronic data sets, mark DS/OL); Citation File Format 1.2.0.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

STYLES = ("gbt7714", "bibtex", "ris", "cff")
TITLE = "tanyuan 碳源·探源 因子库"


def _escaped(text: str) -> str:
    """Text for BibTeX: what would end or open a group is written out."""
    return "".join(f"\\{c}" if c in "&%$#_{}" else c for c in text)


def cite(
    factor: Mapping[str, Any],
    release: Mapping[str, Any],
    withdrawn: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """The citation of one factor in every style.

    Args:
        factor: a factor with its ``source`` rows, as looked up.
        release: ``release_id`` and ``released_on``.
        withdrawn: what the release's tombstone says, where it has one.

    Returns:
        Text by style.
    """
    name = f"{factor['factor_id']}@{factor['version']}"
    on = str(release["released_on"])
    year = on[:4]
    source = factor["source"][0]["citation"] if factor["source"] else factor["source_id"]
    url = factor["source"][0]["url"] if factor["source"] else None
    key = f"{factor['factor_id']}_{factor['version'].replace('.', '_')}"
    title = f"{factor['name_zh']} {name}"
    value = f"{factor['value']!r} {factor['value_unit']}/{factor['reference_unit']}"
    gone = ""
    if withdrawn is not None:
        gone = f"已撤回 withdrawn {withdrawn['on']}: {withdrawn['text_zh']}"
        title, value = f"{title} [{gone}]", f"{gone}; {value}"
    return {
        "gbt7714": f"tanyuan 碳源·探源. {factor['name_zh']}：{name}[DS/OL]//{TITLE}"
        f"：{release['release_id']}. ({on}). 数据来源：{source}"
        + (f". {url}" if url else "") + "." + (f" [{gone}]" if gone else ""),
        "bibtex": "\n".join(
            [
                f"@dataset{{{key},",
                f"  title     = {{{_escaped(title)}}},",
                "  author    = {{tanyuan 碳源·探源}},",
                f"  year      = {{{year}}},",
                f"  version   = {{{release['release_id']}}},",
                f"  note      = {{{_escaped(value)}; source: {_escaped(source)}}}"
                + (f",\n  url       = {{{url}}}" if url else ""),
                "}",
            ]
        ),
        "ris": "\n".join(
            [
                "TY  - DATA",
                f"TI  - {title}",
                "AU  - tanyuan 碳源·探源",
                f"PY  - {year}",
                f"DA  - {on.replace('-', '/')}",
                f"ET  - {release['release_id']}",
                f"N1  - {value}; source: {source}",
                *([f"UR  - {url}"] if url else []),
                "ER  - ",
            ]
        ),
        "cff": "\n".join(
            [
                "cff-version: 1.2.0",
                "message: Cite the factor with its release and its original source.",
                "type: dataset",
                f"title: {json.dumps(title, ensure_ascii=False)}",
                f"version: {json.dumps(release['release_id'])}",
                f"date-released: {on}",
                "authors:",
                '  - name: "tanyuan 碳源·探源"',
                "references:",
                "  - type: report",
                f"    title: {json.dumps(source, ensure_ascii=False)}",
                "    authors:",
                f"      - name: {json.dumps(factor['source_id'])}",
            ]
        ),
    }  # fmt: skip
