"""Explaining a footprint of a release: text, page, workbook, all from one explanation.

``explanation`` gathers it from the release's tables, ``sankey`` lays out where the total
comes from, ``text``, ``page`` and ``book`` show it.
"""
