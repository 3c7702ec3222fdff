"""Monte Carlo of linked systems: draws by name, all products at once, every sample judged.

``draw_formula`` defines a draw, ``uncertain_system`` says what is drawn, ``sample`` takes
the way that fits the size: ``small_system`` in numpy, ``large_system`` with compiled
``kernels`` over ``lanes`` in the order of ``sweep_order``. ``productive`` names samples that
have no footprint, ``summary`` turns samples into figures.
"""
