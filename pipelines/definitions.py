"""The graph as Dagster loads it."""

import dagster as dg

from pipelines.defs import definitions

defs: dg.Definitions = definitions()
