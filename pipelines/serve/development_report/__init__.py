"""The development report (研制报告) of a computed factor, every named part from data.

``named_parts`` lists what the guideline wants, ``facts`` gathers a product's rows,
``scope_parts``, ``collected_parts`` and ``result_parts`` say each part, ``page`` and
``document`` show the report.
"""
