"""Options that the commands of ``tanyuan footprint`` share.

Belongs here: the options and what is refused of them. Does not belong here: any command.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import WrongUsage
from pipelines.findings import finding

Product = Annotated[str, typer.Argument(help="产品编号 product id")]
Release = Annotated[str | None, typer.Option(help="发布编号或文件夹 release id or folder")]
Seeds = Annotated[Path | None, typer.Option(help="种子目录 seeds folder")]
Home = Annotated[Path | None, typer.Option(help="状态目录 home folder")]
Inventory = Annotated[
    Path | None,
    typer.Option(help="未发布的清单：文件夹或工作簿 an inventory not released: folder or workbook"),
]
Samples = Annotated[
    int | None, typer.Option(min=0, help="该清单的抽样数，0 为不抽样 samples of that inventory")
]
Seed = Annotated[int | None, typer.Option(min=0, help="该清单的随机种子 seed of its draws")]


def require_there(inventory: Path) -> None:
    """Refuse an inventory that is not there, before a release is asked for.

    Raises:
        WrongUsage: E-USE-10.
    """
    if not inventory.exists():
        raise WrongUsage(
            finding("E-USE-10", value=str(inventory), what_zh="清单文件夹或工作簿",
                    what_en="inventory folder or workbook")
        )  # fmt: skip


def require_drawn(inventory: Path | None, samples: int | None, seed: int | None) -> None:
    """Refuse options of the draws where no inventory is to be drawn, and one not there.

    Raises:
        WrongUsage: E-USE-09, naming the option; E-USE-10.
    """
    if inventory is not None:
        require_there(inventory)
        return
    for option, given in (("--samples", samples), ("--seed", seed)):
        if given is not None:
            raise WrongUsage(finding("E-USE-09", value=option, needed="--inventory"))
