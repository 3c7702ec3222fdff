"""Readers with a browser and clients of the service, once for the whole folder."""

from __future__ import annotations

from tests.serve.asking import choose, client, light_home, releases, service
from tests.serve.readers import browser, catalogue_file, reader, reader_of

__all__ = [
    "browser", "catalogue_file", "choose", "client", "light_home", "reader", "reader_of",
    "releases", "service",
]  # fmt: skip
