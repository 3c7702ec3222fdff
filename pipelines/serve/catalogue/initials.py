"""First letters of the pinyin of Chinese names: 电石 is found by ``ds`` and ``dianshi``.

Belongs here: spelling a name for searching. Does not belong here: the search itself (it runs
in the reader's browser and in the read service).
"""

from __future__ import annotations

import re
from functools import lru_cache

HAN = re.compile(r"[\u3400-\u9fff]+")


@lru_cache(maxsize=65536)
def spelled(name: str) -> tuple[str, str]:
    """Initials and full pinyin of the Chinese part of a name.

    Args:
        name: any text; what is not Chinese is left out.

    Returns:
        ``(initials, syllables)``, both empty where there is no Chinese.

    Example:
        >>> spelled("电石")
        ('ds', 'dianshi')
        >>> spelled("CO2")
        ('', '')
    """
    from pypinyin import Style, lazy_pinyin

    words = "".join(HAN.findall(name))
    if not words:
        return "", ""
    syllables = lazy_pinyin(words, style=Style.NORMAL, errors="ignore")
    return "".join(s[0] for s in syllables), "".join(syllables)
