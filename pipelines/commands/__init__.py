"""What people do that changes the home: one function each, called by every surface.

Belongs here: events entered in the ledger (editions added; later submissions, reviews,
recalls). Nothing else writes there but the run's own decisions. Does not belong here:
showing anything (``pipelines.cli``), the work of the rooms.
"""
