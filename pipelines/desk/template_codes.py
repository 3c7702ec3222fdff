"""The sheet 码表: every code list once, each a defined name that drop-downs draw on.

Belongs here: the code sheet and the names of its ranges. Does not belong here: what the
lists hold (``codelists``), the columns that use them (``template_forms``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.desk.codelists import subtree, units_of
from pipelines.desk.layout import CODES_SHEET, DATA_ROW, NAME_ROW, TITLE_ROW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.workbook import Workbook

    from pipelines.desk.codelists import Code, CodeList
    from pipelines.desk.workbook_style import Formats
    from schemas.form import Template

# One list takes two columns and a gap: the offered text (code and Chinese name), English.
_STRIDE = 3
# Longer lists (places, flows) go by international or English codes; a template stays small.
MOST_IN_TWO_LANGUAGES = 100


def offered_name(list_name: str) -> str:
    """Defined name of the texts a drop-down offers."""
    return f"list_{list_name}"


def lists_of(
    template: Template, lists: Mapping[str, CodeList], category: str | None
) -> dict[str, tuple[Code, ...]]:
    """The entries each list of a template offers.

    Args:
        template: the template.
        lists: every code list.
        category: code of a category; then the category list holds only what lies below it,
            and the unit list of a factor template only units its flows are counted in.

    Returns:
        Entries by list name, in the order the template asks for them.
    """
    asked = (ask.listed for form in template.forms for ask in form if ask.listed)
    offered = {name: lists[name].codes for name in dict.fromkeys(asked)}
    if category:
        offered["category"] = subtree(lists["category"], category)
        if template.kind == "factor":
            offered["unit"] = units_of(dict(lists), offered["category"])
    return offered


def write_codes(
    book: Workbook,
    formats: Formats,
    stamp: str,
    offered: Mapping[str, tuple[Code, ...]],
    lists: Mapping[str, CodeList],
) -> None:
    """Write the code sheet and define the names its drop-downs use.

    Args:
        book: the workbook; the sheet is added at its end.
        formats: its formats.
        stamp: kind and version of the template.
        offered: entries by list name.
        lists: every code list, for the titles.
    """
    sheet = book.add_worksheet(CODES_SHEET)
    for number, (name, entries) in enumerate(offered.items()):
        left = number * _STRIDE
        sheet.write_string(TITLE_ROW, left, lists[name].title_zh, formats["head"])
        sheet.write_string(TITLE_ROW, left + 1, lists[name].title_en, formats["head"])
        sheet.write_string(NAME_ROW, left, name, formats["names"])
        sheet.write_string(NAME_ROW, left + 1, f"{name}.en", formats["names"])
        for row, entry in enumerate(entries, start=DATA_ROW):
            sheet.write_string(row, left, entry.shown, formats["code"])
            if len(entries) <= MOST_IN_TWO_LANGUAGES:
                sheet.write_string(row, left + 1, entry.en, formats["text"])
        bottom = DATA_ROW + len(entries) - 1
        book.define_name(offered_name(name), f"={CODES_SHEET}!{_range(left, bottom)}")
        sheet.set_column(left, left, 32)
        sheet.set_column(left + 1, left + 1, 24)
        sheet.set_column(left + 2, left + 2, 2)
    sheet.write_string(TITLE_ROW, len(offered) * _STRIDE, stamp, formats["stamp"])
    sheet.freeze_panes(DATA_ROW, 0)
    sheet.protect("", {"format_columns": True, "select_locked_cells": True})


def _range(column: int, bottom: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    letter = xl_col_to_name(column)
    return f"${letter}${DATA_ROW + 1}:${letter}${bottom + 1}"
