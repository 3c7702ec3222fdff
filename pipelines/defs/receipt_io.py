"""The receipt of a release between assets: a small JSON file."""

import json
from dataclasses import asdict
from pathlib import Path

import dagster as dg

from pipelines.defs.house import House
from pipelines.publish import Receipt

NAME = "receipt.json"


class ReceiptBetweenAssets(dg.ConfigurableIOManager):
    """Stores the receipt of the last release under ``home/tables``."""

    house: dg.ResourceDependency[House]

    def _path(self) -> Path:
        return self.house.settings.tables / NAME

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        """Write the receipt; a plan or a verification is for its caller alone."""
        del context
        if not isinstance(obj, Receipt):
            return
        plain = {**asdict(obj), "folder": str(obj.folder)}
        self._path().parent.mkdir(parents=True, exist_ok=True)
        self._path().write_text(json.dumps(plain, ensure_ascii=False), "utf-8")

    def load_input(self, context: dg.InputContext) -> Receipt:
        """The receipt as it was stored."""
        del context
        plain = json.loads(self._path().read_text("utf-8"))
        plain["folder"] = Path(plain["folder"])
        plain["rebuilt"] = tuple(plain["rebuilt"])
        return Receipt(**plain)
