"""Large systems in parts: laid out once, worked on block by block, gathered.

``block_rule`` says how large blocks are, ``laid_out`` is what every worker reads,
``lay_out`` makes it from inventories and a release, ``block_work`` is what a partition of
the graph or a task of a cluster computes, ``together`` puts the parts together.
"""
