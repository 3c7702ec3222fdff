"""Renderings of the declared tables: Arrow, pandera, DuckDB, dictionary, frictionless."""
