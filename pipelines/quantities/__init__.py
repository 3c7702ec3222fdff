"""Numbers and units: the grammar, exact conversion, finite doubles.

``number`` reads a number exactly; ``unit`` reads units and converts between them with
exact fractions. Nothing here guesses: what is not in the grammar is a finding.
"""
