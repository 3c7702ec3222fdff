"""The declared tables as a bilingual data dictionary: Markdown and plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.table import Field, Table


def rule_words(field: Field, *, required: bool) -> str:
    """The rules of a column in few words.

    Example:
        >>> from schemas.table import Field
        >>> f = Field("dqr", "number", "评级", "Rating", "评级。", "Rating.", unit="1",
        ...           minimum=1, maximum=5)
        >>> rule_words(f, required=True)
        '必填 required; 1 ≤ x ≤ 5'
    """
    words = ["必填 required" if required else "可空 optional"]
    if field.minimum is not None or field.maximum is not None:
        sign = "<" if field.exclusive_minimum else "≤"
        low = "" if field.minimum is None else f"{field.minimum:g} {sign} "
        high = "" if field.maximum is None else f" ≤ {field.maximum:g}"
        words.append(f"{low}x{high}")
    if field.vocabulary:
        words.append(f"码表 codes `{field.vocabulary.name}`")
    if field.pattern:
        words.append(f"`{field.pattern}`".replace("|", "\\|"))
    return "; ".join(words)


def markdown(tables: Iterable[Table]) -> str:
    """The dictionary as one Markdown page, Chinese first."""
    lines = [
        "# 数据字典 Data dictionary",
        "",
        "由 `schemas/` 中的声明生成，请勿手改。 Generated from the declarations in `schemas/`.",
        "单位 `@列名` 表示单位写在同一行的该列中。 A unit `@column` stands in that column.",
        "",
    ]
    for table in tables:
        lines += [
            f"## `{table.name}` {table.title_zh} {table.title_en}",
            "",
            f"{table.meaning_zh} {table.meaning_en}",
            "",
            f"主键 key: `{', '.join(table.key)}`",
            "",
        ]
        for zh, en in zip(table.warnings_zh, table.warnings_en, strict=True):
            lines.append(f"- 注意：{zh} Note: {en}")
        if table.warnings_zh:
            lines.append("")
        lines.append("| 列 column | 名称 title | 含义 meaning | 单位 unit | 规则 rule |")
        lines.append("|---|---|---|---|---|")
        for field in table:
            rule = rule_words(field, required=table.is_required(field.name))
            unit = f"`{field.unit}`" if field.unit else ""
            lines.append(
                f"| `{field.name}` | {field.title_zh}<br>{field.title_en} "
                f"| {field.meaning_zh}<br>{field.meaning_en} | {unit} | {rule} |"
            )
        lines.append("")
        for rule_ in table.rules:
            lines.append(f"- `{rule_.code}` {rule_.zh} {rule_.en}")
        if table.rules:
            lines.append("")
    return "\n".join(lines)


def plain(tables: Iterable[Table]) -> list[dict[str, Any]]:
    """The dictionary as plain data, one entry per column, for JSON and workbooks."""
    return [
        {
            "table": table.name,
            "table_zh": table.title_zh,
            "table_en": table.title_en,
            "column": field.name,
            "kind": field.kind,
            "title_zh": field.title_zh,
            "title_en": field.title_en,
            "meaning_zh": field.meaning_zh,
            "meaning_en": field.meaning_en,
            "unit": field.unit,
            "is_key": field.name in table.key,
            "is_required": table.is_required(field.name),
            "rule": rule_words(field, required=table.is_required(field.name)),
            "vocabulary": field.vocabulary.name if field.vocabulary else None,
        }
        for table in tables
        for field in table
    ]
