"""The generated documents: written by ``make docs``, compared by ``make lint``.

    python -m pipelines.documents [--check]

Belongs here: pages made from declarations, seeds, the graph and the command line. Does not
belong here: anything a person writes (the other pages of ``docs/``).
"""

from __future__ import annotations

import csv
import re
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from pipelines.settings import REPOSITORY
from pipelines.tabular.text_toml import read_toml

if TYPE_CHECKING:
    from collections.abc import Callable

DOCS = REPOSITORY / "docs"
COUNTS = (
    "rows_in", "candidates", "parameters", "skipped", "admissible", "refused", "processes",
    "exchanges",
)  # fmt: skip
MADE = "由程序生成，请勿手改：`make docs`。 Generated; do not edit: `make docs`."


def _cell(text: Any) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def data_dictionary() -> str:
    """Every declared table and column."""
    from schemas import ALL_TABLES
    from schemas.render.dictionary import markdown

    return markdown(ALL_TABLES.values())


def finding_codes() -> str:
    """Every finding code with its texts and how to mend it."""
    from pipelines.findings import catalogue

    lines = [
        "# 规则代码 Finding codes", "", MADE, "",
        "| 代码 code | 级别 severity | 说明 meaning | 改法 how to mend | 错例 bad | 正例 good |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    lines += [
        f"| `{e.code}` | {e.severity} | {_cell(e.zh)}<br>{_cell(e.en)} "
        f"| {_cell(e.fix_zh)}<br>{_cell(e.fix_en)} | {_cell(e.bad)} | {_cell(e.good)} |"
        for e in catalogue().values()
    ]
    return "\n".join(lines) + "\n"


def sources() -> str:
    """Every source and edition with its citation and rights."""
    seeds = REPOSITORY / "seeds"
    folders = [
        *sorted(seeds.glob("*/source.toml")),
        *sorted(seeds.glob("populations/*/source.toml")),
    ]
    lines = ["# 来源 Sources", "", MADE, ""]
    for path in folders:
        top = read_toml(path)
        lines += [f"## `{top['id']}` {top['title_zh']}", ""]
        lines += [f"{top['title_en']} · {top['publisher']}", ""]
        lines += [*_published_set(top), ""] if "published" in top else [*_editions(top), ""]
    return "\n".join(lines)


def _published_set(top: dict[str, Any]) -> list[str]:
    block = top["published"]
    page = DOCS / "sources" / f"{top['id']}.md"
    more = f" 读数 counts: [{top['id']}](sources/{top['id']}.md)." if page.is_file() else ""
    return [
        "版次由人登记 editions are added by people: "
        f"`tanyuan source add {top['id']} PATH --edition E`. "
        f"许可 licence {block['licence']}，授权 scope {block['authorisation']['scope']}.{more}"
    ]


def _editions(top: dict[str, Any]) -> list[str]:
    lines = ["| 版次 edition | 引文 citation | 许可 licence | 授权 scope | 文件 files |"]
    lines.append("|---|---|---|---|---|")
    lines += [
        f"| {e['edition']} | {_cell(e['citation'])} | {e['licence']} "
        f"| {e['authorisation']['scope']} | {', '.join(f['name'] for f in e['file'])} |"
        for e in top["edition"]
    ]
    return lines


COUNTED = re.compile(r"<!-- counts (zh|en) -->\n.*?<!-- /counts -->", re.DOTALL)
COUNT_TITLES = {
    "zh": "| 版次 | 读入 = 候选 + 参数 + 跳过 | 可入库 | 不可入库 | 单元过程 | 交换 | 原因 |",
    "en": "| edition | rows in = candidates + parameters + skipped | admissible | refused "
    "| unit processes | exchanges | reasons |",
}


def _grouped(reasons: str) -> str:
    """Codes with their counts, thousands apart: ``A-GWP-02 2,479; E-REG-01 4``."""
    pairs = [part.rsplit(" ", 1) for part in reasons.split("; ") if part]
    return "; ".join(f"{code} {int(count):,}" for code, count in pairs)


def source_page(source_id: str) -> str:
    """The page of a published set, its tables of counts made from ``sources/counts.csv``."""
    with (DOCS / "sources" / "counts.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source_id"] == source_id]

    def table(found: re.Match[str]) -> str:
        lines = [COUNT_TITLES[found[1]], "|---|---|---|---|---|---|---|"]
        for row in rows:
            n = {name: f"{int(row[name]):,}" for name in COUNTS}
            parts = f"{n['rows_in']} = {n['candidates']} + {n['parameters']} + {n['skipped']}"
            lines.append(
                f"| {row['edition']} | {parts} | {n['admissible']} | {n['refused']} "
                f"| {n['processes']} | {n['exchanges']} | {_grouped(row['reasons'])} |"
            )
        return "\n".join([f"<!-- counts {found[1]} -->", *lines, "<!-- /counts -->"])

    return COUNTED.sub(table, (DOCS / "sources" / f"{source_id}.md").read_text("utf-8"))


def graph() -> str:
    """Every asset by room: what it holds and what it is made from."""
    from pipelines.defs import definitions

    resolved = definitions().resolve_asset_graph()
    lines = ["# 资产图 The graph", "", MADE, ""]
    rooms: dict[str, list[Any]] = {}
    for key in resolved.get_all_asset_keys():
        node = resolved.get(key)
        rooms.setdefault(node.group_name, []).append(node)
    for room in ("ingest", "admit", "footprint", "grade", "publish", "serve", "large"):
        lines += [
            f"## {room}",
            "",
            "| 资产 asset | 说明 description | 由 made from |",
            "|---|---|---|",
        ]
        for node in sorted(rooms.pop(room), key=lambda n: n.key.to_user_string()):
            made_from = ", ".join(f"`{k.to_user_string()}`" for k in sorted(node.parent_keys))
            lines.append(
                f"| `{node.key.to_user_string()}` | {_cell(node.description)} | {made_from} |"
            )
        lines.append("")
    if rooms:
        raise ValueError(f"groups that are no room: {sorted(rooms)}")
    return "\n".join(lines)


def commands() -> str:
    """Every command with its help."""
    from pipelines.cli import application

    lines = ["# 命令 Commands", "", MADE, "", "所有命令均可加 `--json` 与 `--lang zh|en`。 "
             "Every command takes `--json` and `--lang zh|en`.", ""]  # fmt: skip
    for name, group in sorted(application(None).commands.items()):
        inner = getattr(group, "commands", None)
        for command_name, command in sorted((inner or {"": group}).items()):
            shown = f"tanyuan {name} {command_name}".strip()
            lines += [f"## `{shown}`", "", _cell(command.help or group.help or ""), ""]
            for option in command.params:
                if option.name != "help":
                    is_option = option.param_type_name == "option"
                    written = " ".join(option.opts) if is_option else option.name.upper()
                    help_text = _cell(getattr(option, "help", None) or "")
                    lines.append(f"- `{written}` {help_text}".rstrip())
            lines.append("")
    return "\n".join(lines)


PAGES: dict[str, Callable[[], str]] = {
    "data_dictionary.md": data_dictionary,
    "findings.md": finding_codes,
    "sources.md": sources,
    "graph.md": graph,
    "commands.md": commands,
    **{
        f"sources/{page.name}": partial(source_page, page.stem)
        for page in sorted((DOCS / "sources").glob("*.md"))
    },
}


def stale() -> list[str]:
    """Names of generated pages that differ from what would be generated now."""
    return [
        name
        for name, made in PAGES.items()
        if not (DOCS / name).is_file() or (DOCS / name).read_text("utf-8") != made()
    ]


def main(words: list[str]) -> int:
    """Write the pages, or with ``--check`` name those that are stale."""
    if "--check" in words:
        old = stale()
        if old:
            sys.stderr.write(f"stale: {', '.join(old)}; run make docs\n")
        return int(bool(old))
    for name, made in PAGES.items():
        (DOCS / name).write_text(made(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
