"""Room: the append-only record of decisions.

``merkle`` is the tree arithmetic of RFC 6962; ``leaves`` is the file of records;
``Ledger`` in ``book`` joins them: append a batch, read a prefix, state size and root.
"""

from __future__ import annotations

from pipelines.ledger.book import Entry, Ledger

__all__ = ["Entry", "Ledger"]
