"""The sheets to fill in: two header rows, hints, drop-downs, an example, red hints.

Belongs here: what a column of a form looks like in a workbook, handed out or given back.
Does not belong here: the submitter's answers (``returned``), the code lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.desk.layout import DATA_ROW, EXAMPLE_MARK, NAME_ROW, TITLE_ROW
from pipelines.desk.template_codes import offered_name
from pipelines.desk.workbook_style import LONGEST_INPUT_MESSAGE, LONGEST_INPUT_TITLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.worksheet import Worksheet

    from pipelines.desk.codelists import Code
    from pipelines.desk.workbook_style import Formats
    from schemas.form import Ask, Form

ROWS_TO_FILL = 5_000
COLUMNS_PER_PAGE = 14
_ANSWERS = {
    "code": ("从下拉中选", "choose from the list"),
    "number": ("数", "a number"),
    "integer": ("整数", "a whole number"),
    "date": ("日期，如 2024-12-31", "a date, as 2024-12-31"),
    "text": ("文字", "text"),
}
_WIDTHS = {"code": 22, "number": 12, "integer": 10, "date": 13, "text": 18}


def kind_of_answer(ask: Ask) -> tuple[str, str]:
    """What to fill in, Chinese and English, with the unit of a number.

    Example:
        >>> from schemas.submission_product import TEMPLATES
        >>> kind_of_answer(TEMPLATES["factor"].main["market_share"])
        ('数', 'a number')
    """
    zh, en = _ANSWERS[ask.answer]
    unit = (ask.unit or "1").replace("@", "")
    return (zh, en) if unit in {"1", "a"} else (f"{zh}，单位 {unit}", f"{en} in {unit}")


def _when(ask: Ask) -> tuple[str, str]:
    if ask.required:
        return "必填", "required"
    return (ask.when_zh, f"required {ask.when_en}") if ask.when_zh else ("选填", "optional")


def hint(ask: Ask) -> str:
    """The comment on a column's header: meaning, whether required, kind, example."""
    zh, en = kind_of_answer(ask)
    when_zh, when_en = _when(ask)
    lines = [
        f"{ask.field.title_zh} · {when_zh} · {zh}",
        ask.field.meaning_zh,
        f"{ask.field.title_en} · {when_en} · {en}",
        ask.field.meaning_en,
    ]
    return "\n".join([*lines, f"例 example: {ask.example}"] if ask.example else lines)


def write_headers(
    sheet: Worksheet,
    formats: Formats,
    columns: Mapping[int, Ask],
    stamp: str,
    *,
    name_row: int = NAME_ROW,
    stamp_column: int | None = None,
    with_comments: bool = True,
) -> None:
    """Write both header rows with their hints, and the version stamp beside them.

    Args:
        sheet: the sheet.
        formats: formats of its workbook.
        columns: column number, counted from 0, to what it asks.
        stamp: kind and version of the template.
        name_row: row of the machine names; the titles stand above it.
        stamp_column: where the stamp stands; right of the last column by default.
        with_comments: whether each header carries its hint as a comment; the same words
            stand in the input messages and in the instructions.
    """
    for place, ask in columns.items():
        title = f"{ask.field.title_zh} *" if ask.required else ask.field.title_zh
        look = "head_required" if ask.required else "head"
        sheet.write_string(name_row - 1, place, title, formats[look])
        sheet.write_string(name_row, place, ask.name, formats["names"])
        if with_comments:
            sheet.write_comment(name_row - 1, place, hint(ask), {"x_scale": 2.2, "y_scale": 1.4})
    right = max(columns, default=-1) + 1
    sheet.write_string(
        TITLE_ROW, right if stamp_column is None else stamp_column, stamp, formats["stamp"]
    )
    sheet.set_row(name_row - 1, 30)
    sheet.set_footer(f"&L{stamp}&R&P / &N")
    sheet.freeze_panes(name_row + 1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(name_row - 1, name_row)
    sheet.repeat_columns(0)
    sheet.print_row_col_headers()
    sheet.fit_to_pages((right + COLUMNS_PER_PAGE) // COLUMNS_PER_PAGE, 0)


def write_hints(
    sheet: Worksheet, formats: Formats, columns: Mapping[int, Ask], first: int, last: int
) -> None:
    """Give a block of rows its drop-downs, input messages and red hints.

    A red hint shows while the workbook is filled in: a required answer missing from a row
    that has others, a code that is in no list. It judges less than the check does.

    Args:
        sheet: the sheet.
        formats: formats of its workbook.
        columns: column number to what it asks.
        first: first row of the block, counted from 0.
        last: last row of the block.
    """
    span = _span(columns)
    for place, ask in columns.items():
        look = "number" if ask.answer in {"number", "integer"} else "text"
        width = _WIDTHS[ask.answer] + (6 if ask.name.startswith("name_") else 0)
        sheet.set_column(place, place, width, formats[look])
        sheet.data_validation(first, place, last, place, _validation(ask))
        for formula in _red(ask, place, first, span):
            rule = {"type": "formula", "criteria": formula, "format": formats["red_hint"]}
            sheet.conditional_format(first, place, last, place, rule)


def _span(columns: Mapping[int, Ask]) -> tuple[str, str]:
    from xlsxwriter.utility import xl_col_to_name

    return xl_col_to_name(min(columns)), xl_col_to_name(max(columns))


def _validation(ask: Ask) -> dict[str, Any]:
    zh, en = kind_of_answer(ask)
    when_zh, _ = _when(ask)
    message = f"{when_zh} · {zh}。{ask.field.meaning_zh}\n{en}. {ask.field.meaning_en}"
    rule: dict[str, Any] = {
        "validate": "any",
        "input_title": ask.field.title_zh[:LONGEST_INPUT_TITLE],
        "input_message": message[:LONGEST_INPUT_MESSAGE],
        # A code typed without its name is right too, so that nothing is refused here.
        "show_error": False,
    }
    if ask.listed:
        rule |= {"validate": "list", "source": f"={offered_name(ask.listed)}"}
    return rule


def _red(ask: Ask, place: int, first: int, span: tuple[str, str]) -> list[str]:
    from xlsxwriter.utility import xl_col_to_name

    row = first + 1
    cell = f"{xl_col_to_name(place)}{row}"
    formulas = []
    if ask.required:
        formulas.append(f"=AND(LEN({cell})=0,COUNTA(${span[0]}{row}:${span[1]}{row})>0)")
    if ask.listed and not ask.open_list:
        # Offered texts read "code name": the code alone and the name alone are right too.
        missing = ",".join(
            f"ISNA(MATCH({wanted},{offered_name(ask.listed)},0))"
            for wanted in (cell, f'{cell}&" *"', f'"* "&{cell}')
        )
        formulas.append(f"=AND(LEN({cell})>0,{missing})")
    return formulas


def write_example(
    sheet: Worksheet,
    formats: Formats,
    form: Form,
    offered: Mapping[str, tuple[Code, ...]],
    category: str | None = None,
) -> None:
    """Write the example row under the headers; its first cell marks it.

    Args:
        sheet: the sheet.
        formats: formats of its workbook.
        form: the form.
        offered: entries each list offers.
        category: category to show instead of the declared example's.
    """
    for place, ask in enumerate(form):
        text = EXAMPLE_MARK if place == 0 else example_of(ask, offered, category)
        sheet.write_string(DATA_ROW, place, text, formats["example"])
    sheet.data_validation(DATA_ROW, 0, DATA_ROW, 0, {
        "validate": "any", "input_title": EXAMPLE_MARK, "show_error": False,
        "input_message": "示例行，检查时不计，可以删除。\nExample row: the check passes it over.",
    })  # fmt: skip


def example_of(ask: Ask, offered: Mapping[str, tuple[Code, ...]], category: str | None) -> str:
    """The example of a column as its drop-down would write it."""
    entries = offered.get(ask.listed, ())
    wanted = category if ask.listed == "category" and category and ask.example else ask.example
    return next((e.shown for e in entries if e.code == wanted), wanted or "")
