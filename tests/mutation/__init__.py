"""Mutants of the rules: does a test notice when a rule of ``admit`` or ``schemas`` is changed?

Belongs here: making mutants, running the tests that see them, the list of equivalent ones.
``python -m tests.mutation --help`` runs it; ``make test`` does not.
"""
