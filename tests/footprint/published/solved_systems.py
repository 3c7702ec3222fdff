"""Published systems of linked processes whose solution is printed: textbooks and peers' tests.

Belongs here: examples in which processes or sectors feed each other. A quantity that is not a
greenhouse gas there is written as kilograms of CO2 here: the arithmetic is the same.
"""

from __future__ import annotations

from fractions import Fraction

from tests.footprint.handmade import emission, line, process, product
from tests.footprint.published.cases import Printed, Published, intensity, supply, total

HEIJUNGS_SUH = (
    "Heijungs, R. and Suh, S. (2002). The computational structure of life cycle assessment, "
    "chapter 2 (pp. 11-28), electricity from fuel. doi:10.1007/978-94-015-9900-9"
)
TWO_HANDS = (
    "two public transcriptions that agree: github.com/renaud/lca_with_matrices and the course "
    "notebook '0. Refresh LCI matrix algebra' (public code index 68722372038)"
)


def fuel_and_power(per_power: str, per_fuel: str) -> dict[str, list[dict[str, object]]]:
    """10 kWh from 2 litres of fuel, 100 litres of fuel at a time, each with an emission."""
    return {
        "product": [product("power", "kWh", 1000)],
        "process": [process("power", "electricity", 10, "kWh"), process("fuel", "lime", 100)],
        "exchange": [
            line("power", 1, "lime", 2, "kg", provider="fuel"),
            emission("power", 2, "CO2", per_power),
            emission("fuel", 1, "CO2", per_fuel),
        ],
    }


MILLER_BLAIR = (
    "Miller, R. E. and Blair, P. D. (2009). Input-output analysis, 2nd edition, chapter 2: "
    "tables 2.3 and 2.4, total requirements, and the outputs for a new final demand. "
    "ISBN 9780521517133"
)
PYMRIO = "the tests of pymrio, which transcribe it (public code index 3508294127, test_math.py)"
# 1 - A = [[0.85, -0.25], [-0.20, 0.95]]: its determinant, and its inverse by columns.
MINOR = Fraction(85, 100) * Fraction(95, 100) - Fraction(25, 100) * Fraction(20, 100)
ONE, TWO = (Fraction(95, 100) / MINOR, Fraction(20, 100) / MINOR), (
    Fraction(25, 100) / MINOR, Fraction(85, 100) / MINOR,
)  # fmt: skip


def two_sectors(demand: tuple[int, int]) -> dict[str, list[dict[str, object]]]:
    """Table 2.3: 1,000 and 2,000 units of output, of which the sectors use some themselves."""
    wanted = [
        line("demand", n, flow, amount, "kg", provider=sector)
        for n, (sector, flow, amount) in enumerate(
            (("one", "lime", demand[0]), ("two", "sand", demand[1])), start=1
        )
        if amount
    ]
    return {
        "product": [product("demand")],
        "process": [
            process("demand"), process("one", "lime", 1000), process("two", "sand", 2000),
        ],
        "exchange": [
            *wanted,
            line("one", 1, "lime", 150, "kg", provider="one"),
            line("one", 2, "sand", 200, "kg", provider="two"),
            line("two", 1, "lime", 500, "kg", provider="one"),
            line("two", 2, "sand", 100, "kg", provider="two"),
            emission("one", 9, "CO2", 300),
            emission("two", 9, "CO2", 500),
        ],
    }  # fmt: skip


# Two regions of three sectors: deliveries between them by row, final demand of region 1,
# output, and the two extensions; then, to sixteen digits as printed there, the multipliers
# and what region 1's demand of each kind of product causes.
FLOWS = ("lime", "sand", "clay", "gravel", "glass", "limestone")
Z = (
    (10, 5, 1, 6, 5, 7), (0, 2, 0, 0, 5, 3), (10, 3, 20, 4, 2, 0),
    (5, 0, 0, 1, 10, 9), (0, 10, 1, 0, 20, 1), (5, 0, 0, 1, 10, 10),
)  # fmt: skip
OUTPUT = (51, 15, 58, 50, 52, 39)
DEMAND = ("14", "2.5", "13", "5", "10", "3")
EXTENSIONS = {"1": (20, 1, 42, 4, 20, 5), "2": (5, 4, 11, 8, 2, 10)}
MULTIPLIERS = {
    "1": ("0.896638324101429", "1.7965474933011258", "1.1666796580507097",
          "0.3013124703668342", "1.4371886818255364", "0.7177624711634629"),
    "2": ("0.3004620527704837", "0.9052387706892087", "0.311411003349379",
          "0.23778766312079253", "0.5331560745059157", "0.6031791628984159"),
}  # fmt: skip
CONSUMED = {
    "1": ("14.059498889254174", "18.863255551508175", "17.32012296814962"),
    "2": ("5.395407054390734", "7.594657671782178", "5.857880532237175"),
}


def two_regions(extension: str) -> dict[str, list[dict[str, object]]]:
    """The six sectors with one of the two extensions, and three demands of region 1."""
    sectors = [f"s{i}" for i in range(6)]
    demands = [f"d{i}" for i in range(3)]
    return {
        "product": [product(d) for d in demands],
        "process": [
            *(process(d) for d in demands),
            *(process(s, FLOWS[i], OUTPUT[i]) for i, s in enumerate(sectors)),
        ],
        "exchange": [
            *(
                line(demands[i % 3], s, FLOWS[i], DEMAND[i], "kg", provider=s)
                for i, s in enumerate(sectors)
            ),
            *(
                line(taker, f"z{i}", FLOWS[i], Z[i][j], "kg", provider=giver)
                for j, taker in enumerate(sectors)
                for i, giver in enumerate(sectors)
                if Z[i][j]
            ),
            *(
                emission(s, "e", "CO2", EXTENSIONS[extension][i])
                for i, s in enumerate(sectors)
            ),
        ],
    }  # fmt: skip


MUTEL = "Mutel, C. (2014). What happens with a non-unitary production amount in LCA? "


SYSTEMS = {
    "electricity from fuel: carbon dioxide": Published(
        HEIJUNGS_SUH,
        fuel_and_power("1", "10"),
        (
            Printed(total("power"), "120"),
            Printed(supply("power", "power", 10), "100"),
            Printed(supply("power", "fuel", 100), "2"),
        ),
        seen=TWO_HANDS,
        note="a litre of fuel is written as a kilogram",
    ),
    "electricity from fuel: sulphur dioxide": Published(
        HEIJUNGS_SUH,
        fuel_and_power("0.1", "2"),
        (Printed(total("power"), "14"),),
        seen=TWO_HANDS,
    ),
    "electricity from fuel: crude oil": Published(
        HEIJUNGS_SUH,
        fuel_and_power("0", "50"),
        (Printed(total("power"), "100"),),
        seen=TWO_HANDS,
    ),
    "two sectors: a unit of the first": Published(
        MILLER_BLAIR,
        two_sectors((1, 0)),
        (
            Printed(supply("demand", "one"), "1.25412541", ONE[0]),
            Printed(supply("demand", "two"), "0.2640264", ONE[1]),
        ),
        seen=PYMRIO,
    ),
    "two sectors: a unit of the second": Published(
        MILLER_BLAIR,
        two_sectors((0, 1)),
        (
            Printed(supply("demand", "one"), "0.330033", TWO[0]),
            Printed(supply("demand", "two"), "1.12211221", TWO[1]),
        ),
        seen=PYMRIO,
    ),
    "two sectors: the final demand of the table": Published(
        MILLER_BLAIR,
        two_sectors((350, 1700)),
        (
            Printed(supply("demand", "one"), "1000"),
            Printed(supply("demand", "two"), "2000"),
        ),
        seen=PYMRIO,
    ),
    "two sectors: outputs and labour for a new demand": Published(
        MILLER_BLAIR,
        two_sectors((600, 1500)),
        (
            Printed(supply("demand", "one"), "1247.5", 600 * ONE[0] + 1500 * TWO[0]),
            Printed(supply("demand", "two"), "1841.6", 600 * ONE[1] + 1500 * TWO[1]),
            # 374.25 + 460.40, of the rounded outputs.
            Printed(
                total("demand"),
                "834.65",
                Fraction(3, 10) * (600 * ONE[0] + 1500 * TWO[0])
                + Fraction(1, 4) * (600 * ONE[1] + 1500 * TWO[1]),
            ),
        ),
        seen=PYMRIO,
        note="labour, 0.3 and 0.25 per unit, is written as CO2",
    ),
    **{
        f"two regions of three sectors: extension {extension}": Published(
            "pymrio, tests of the mathematical functions: td_small_MRIO (M, D_cba). "
            "github.com/IndEcol/pymrio, tests/test_math.py",
            two_regions(extension),
            (
                *(
                    Printed(intensity(f"d{i % 3}", f"s{i}"), digits)
                    for i, digits in enumerate(MULTIPLIERS[extension])
                ),
                *(Printed(total(f"d{i}"), digits) for i, digits in enumerate(CONSUMED[extension])),
            ),
            seen="public code index 3508294127",
        )
        for extension in EXTENSIONS
    },
    "two processes that feed each other": Published(
        MUTEL + "Supply and demand. chris.mutel.org/non-unitary.html, test of numpy.linalg.solve",
        {
            "product": [product("fizzbang")],
            "process": [process("fizzbang", "sand"), process("lolly", "lime")],
            "exchange": [
                line("fizzbang", 1, "lime", 0.5, "kg", provider="lolly"),
                line("lolly", 1, "sand", 0.1, "kg", provider="fizzbang"),
                emission("lolly", 2, "CO2", 1),
            ],
        },
        (
            Printed(supply("fizzbang", "fizzbang"), "1.05263158", Fraction(100, 95)),
            Printed(supply("fizzbang", "lolly"), "0.52631579", Fraction(50, 95)),
        ),
    ),
}
