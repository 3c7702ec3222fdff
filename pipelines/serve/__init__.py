"""Room 6, serve: a release read by people and programs.

``lookup`` finds and traces factors, ``footprint_answer`` puts a product's rows together as
one answer, ``warehouse`` keeps the newest release at hand, ``catalogue`` makes the one-file
catalogue of a release, ``service`` answers over HTTP from the newest verified one.
"""
