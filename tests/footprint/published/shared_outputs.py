"""Published processes with several products: how their burden is shared.

Belongs here: allocation by mass and by price, alone and along a chain.
"""

from __future__ import annotations

from fractions import Fraction

from tests.footprint.handmade import emission, line, output, process, product
from tests.footprint.published.cases import Printed, Published, total

KLOEPFFER_GRAHL = (
    "Kloepffer, W. and Grahl, B. (2014). Life cycle assessment: a guide to best practice. Wiley. "
)


def mill(method: str, worth_a: str, worth_b: str) -> dict[str, list[dict[str, object]]]:
    """One process, 700 kg of A and 300 kg of B, and 1,000 kg of emission to share."""
    return {
        "product": [product("a", amount=700), product("b", amount=300)],
        "process": [process("a", "clinker", 700, allocation=method), process("b", "gravel")],
        "exchange": [
            emission("a", "e", "CO2", 1000),
            output("a", "r", "reference_flow", 700, "kg", worth_a),
            output("a", "b", "lime", 300, "kg", worth_b),
            line("b", 1, "lime", 1, "kg", provider="a"),
        ],
    }


BRIGHTWAY = (
    "Brightway, package multifunctional: tests/fixtures/basic.py and tests/test_lcia.py, "
    "tests/test_allocation.py. github.com/brightway-lca/multifunctional"
)


def two_products(method: str, first: str, second: str) -> dict[str, list[dict[str, object]]]:
    """4 of a first and 6 of a second product, and 10 of an emission that counts fivefold."""
    return {
        "product": [product("first"), product("second")],
        "process": [process("first", "clinker", 4, allocation=method), process("second", "gravel")],
        "exchange": [
            emission("first", "a", "CO2", 10 * 5),
            output("first", "r", "reference_flow", 4, "kg", first),
            output("first", "s", "lime", 6, "kg", second),
            line("second", 1, "lime", 1, "kg", provider="first"),
        ],
    }


SHARED = {
    "a peer's two products, by price": Published(
        BRIGHTWAY,
        two_products("economic", "7", "12"),
        (
            Printed(total("first"), "3.5", Fraction(4 * 7 * 10 * 5, (4 * 7 + 6 * 12) * 4)),
            Printed(total("second"), "6", Fraction(6 * 12 * 10 * 5, (4 * 7 + 6 * 12) * 6)),
        ),
        note="printed as the products of whole numbers written here",
    ),
    "a peer's two products, by mass": Published(
        BRIGHTWAY,
        two_products("mass", "6", "4"),
        (
            Printed(total("first"), "6.25", Fraction(4 * 6 * 10 * 5, (4 * 6 + 6 * 4) * 4)),
            Printed(total("second"), "4.167", Fraction(6 * 4 * 10 * 5, (4 * 6 + 6 * 4) * 6)),
        ),
        note="printed as the products of whole numbers written here",
    ),
    "shared by mass": Published(
        KLOEPFFER_GRAHL + "3.3.2.2.1, p. 94: 700 kg A and 300 kg B, 70 % and 30 %",
        mill("mass", "1", "1"),
        (Printed(total("a"), "700"), Printed(total("b"), "300")),
        seen="the page as digitised by a university library",
    ),
    "shared by price": Published(
        KLOEPFFER_GRAHL + "p. 101: 300 kg of B at 5 per kg of 15,500 in all weigh 0.097",
        mill("economic", "20", "5"),
        (
            Printed(total("b"), "97", Fraction(1000 * 300 * 5, 15500)),
            Printed(total("a"), "903", Fraction(1000 * 700 * 20, 15500)),
        ),
        seen="the page as digitised by a university library",
        note="A's price of 20 is what is left of 15,500; its 0.903 is printed as about 90 %",
    ),
    "shared by mass along a chain": Published(
        KLOEPFFER_GRAHL + "figure 3.11, p. 94: two linked processes with by-products",
        {
            "product": [product("two", amount=3)],
            "process": [
                process("one", "lime", 7, allocation="mass"),
                process("two", "clinker", 3, allocation="mass"),
            ],
            "exchange": [
                emission("one", "e", "CO2", 4),
                output("one", "r", "reference_flow", 7, "kg", 1),
                output("one", "c1", "sand", 2, "kg", 1),
                line("two", 1, "lime", 7, "kg", provider="one"),
                emission("two", "e", "CO2", 2),
                output("two", "r", "reference_flow", 3, "kg", 1),
                output("two", "c21", "clay", 1, "kg", 1),
                output("two", "c22", "gravel", 2, "kg", 1),
            ],
        },
        (Printed(total("two"), "2.5556", Fraction(3, 6) * (2 + Fraction(7, 9) * 4)),),
        seen="the page as digitised by a university library",
        note="the inputs are the figure's; the result is their exact solution by the rule of the "
        "page, as the page with the result was not seen",
    ),
}
