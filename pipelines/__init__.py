"""How a number travels from its publisher to a grade.

A publisher prints a number. A *source* (``pipelines.sources``) says what the rows of that
publication mean; *ingest* reads the file, keeps its hash and the text as found, and hands
over candidate factors, each with its evidence. *Admit* finds every reason against a
candidate; what no reason stands against is admitted, or admitted as provisional, by a
named policy or by people, and the decision with the hash of what was judged enters the
*ledger*. *Footprint* chooses factors for the activities of a product, says why, solves the
linked system and accounts for the result. *Grade* sets benchmarks from comparable results
and never gives a company away. *Publish* freezes all of it into a release that can be
verified with nothing but the folder; *serve* and *interchange* let people and other
systems read it.

Rooms do not know each other. They exchange rows of the tables declared in ``schemas``;
``pipelines.defs`` joins them into one graph, ``pipelines.cli`` into one program.
"""
