"""What labels and pictures share: fitting words, the QR code as a path, templates, PNG.

Belongs here: drawing without knowing what is drawn. Does not belong here: the label
(``label``) and the benchmark picture (``picture``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipelines.errors import EnvironmentFault
from pipelines.findings import finding
from pipelines.tabular.text_toml import read_toml
from pipelines.tabular.toml_shape import SOURCE, TEXT, TEXTS, Kind, require_shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
CJK_FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "Microsoft YaHei")


@dataclass(frozen=True)
class Fitted:
    """Words at a size at which they fit."""

    text: str
    size: float


def width_of(text: str) -> float:
    """Width of a line in ems: a Chinese character is one, a Latin letter a little over half.

    Example:
        >>> width_of("水泥"), round(width_of("abc"), 2)
        (2.0, 1.74)
    """
    return sum(1.0 if ord(c) > 0x2E7F else 0.58 for c in text)


def fitted(text: str, size: float, width: float, smallest: float = 9.0) -> Fitted:
    """Words at the size asked for, smaller when they would not fit, shortened at the end.

    Args:
        text: one line.
        size: font size wanted.
        width: room for the line, in the same unit.
        smallest: below this size words are cut instead.

    Example:
        >>> fitted("硅铁", 20, 400), fitted("硅铁" * 10, 20, 200).size
        (Fitted(text='硅铁', size=20), 10.0)
    """
    wide = width_of(text)
    if wide * size <= width:
        return Fitted(text, size)
    smaller = int(10 * width / wide) / 10
    if smaller >= smallest:
        return Fitted(text, smaller)
    kept = text
    while kept and width_of(kept + "…") * smallest > width:
        kept = kept[:-1]
    return Fitted(f"{kept}…", smallest)


def qr_path(text: str) -> tuple[str, int]:
    """A QR code as one path, and how many modules it is wide with its quiet zone.

    Args:
        text: what it says.

    Returns:
        The path in units of a module, and the width in modules.
    """
    import segno

    rows: Iterable[Any] = segno.make(text, error="m", micro=False).matrix_iter(border=2)
    parts = []
    width = 0
    for y, row in enumerate(rows):
        cells = [bool(cell) for cell in row]
        width = len(cells)
        x = 0
        while x < width:
            end = x
            while end < width and cells[end]:
                end += 1
            if end > x:
                parts.append(f"M{x} {y}h{end - x}v1h-{end - x}z")
            x = max(end, x + 1)
    return "".join(parts), width


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        keep_trailing_newline=True,
    )  # fmt: skip


def filled(template: str, **words: Any) -> str:
    """A template with its words, every character of them escaped."""
    return _environment().get_template(template).render(**words)


@dataclass(frozen=True)
class Words:
    """The fixed words and colours of labels and pictures, from seeds."""

    block: dict[str, Any]

    def __getitem__(self, key: str) -> str:
        """A word by its key."""
        return str(self.block[key])

    def colours(self, count: int) -> list[str]:
        """So many colours of the sequence, spread from its first to its last."""
        palette = self.block["palette"]
        last = len(palette) - 1
        return [palette[round(i * last / max(count - 1, 1))] for i in range(count)]


def _are_colours(value: object) -> bool:
    return TEXTS.fits(value) and all(COLOUR.fullmatch(one) for one in cast("list[str]", value))


SHOWN = "rules/label.toml"
COLOUR = re.compile("#[0-9a-f]{6}")
SHAPE = {
    "heading_footprint_zh": TEXT, "heading_footprint_en": TEXT, "heading_energy_zh": TEXT,
    "heading_energy_en": TEXT, "foot_zh": TEXT, "foot_en": TEXT, "demonstration_zh": TEXT,
    "provisional_zh": TEXT, "qr_base": TEXT,
    "palette": Kind(_are_colours, '["#00306b", "#f5e35a"]'), "source": SOURCE,
}  # fmt: skip


def read_words(seeds: Path) -> Words:
    """The words of a seeds folder.

    Raises:
        UnreadableInput: E-SEED-06, the file is missing or no text.
        FaultyData: E-SEED-08 not valid TOML, E-SEED-02 a word or the colours are missing or of
            another kind, E-SEED-09 they name no source.
    """
    block = read_toml(seeds / SHOWN, SHOWN)
    require_shape(block, SHOWN, SHAPE)
    return Words(block)


def is_dark(colour: str) -> bool:
    """Whether white letters read better on a colour (relative luminance, WCAG 2.2).

    Example:
        >>> is_dark("#00306b"), is_dark("#f5e35a")
        (True, False)
    """
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
              for c in (red, green, blue)]  # fmt: skip
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] < 0.179


def plain(value: float, digits: int = 4) -> str:
    """A number in digits for people: so many of them, no exponent.

    Example:
        >>> plain(831.20907), plain(0.36125), plain(14999.4789), plain(3.0)
        ('831.2', '0.3613', '15000', '3')
    """
    text = f"{float(f'{value:.{digits}g}'):.10f}".rstrip("0").rstrip(".")
    return text or "0"


def to_png(svg: str, width: int) -> bytes:
    """A picture as PNG with an open Chinese font drawn in.

    Args:
        svg: as made here.
        width: pixels.

    Raises:
        EnvironmentFault: this machine has no Chinese font, so words would be boxes.
    """
    import vl_convert

    if not _has_chinese_font():
        raise EnvironmentFault(finding("E-GRD-15", expected=list(CJK_FONTS)))
    size = re.search(r'viewBox="0 0 ([0-9.]+) ', svg)
    scale = width / float(size.group(1)) if size else 1.0
    return bytes(vl_convert.svg_to_png(svg, scale=scale))


@cache
def _has_chinese_font() -> bool:
    import shutil
    import subprocess

    tool = shutil.which("fc-list")
    if tool is None:
        return False
    listed = subprocess.run([tool, ":lang=zh"], capture_output=True, text=True, check=False).stdout
    return any(name in listed for name in CJK_FONTS)
