"""Readers and clients of the shared release, for tests that use both."""

from __future__ import annotations

from tests.serve.catalogue.conftest import browser, catalogue_file, reader, reader_of
from tests.serve.service.conftest import choose, client, releases, service

__all__ = [
    "browser", "catalogue_file", "choose", "client", "reader", "reader_of", "releases", "service",
]  # fmt: skip
