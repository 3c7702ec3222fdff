"""Published footprints of products and services, worked out with the factors they name.

Belongs here: examples of guidance in which amounts meet factors, hauls, wastes and shares. A
flow that the flow table does not hold is written as another one: a flow is a name here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.footprint.handmade import emission, line, output, process, product
from tests.footprint.published.cases import Printed, Published, bought, lines, total

GUIDANCE = (
    "Greenhouse Gas Protocol with Carbon Trust (2013). Technical guidance for calculating scope 3 "
    "emissions, version 1.0, "
)
READ = "github.com/y-f-a/scope3chatbot, scope3_data, a transcription of the whole guidance"
POWER, GAS = ("5000", "kWh", "0.5"), ("2500", "kWh", "0.2")
COTTON, POLYMER, CHEMICAL_A, CHEMICAL_B = "lime", "sand", "clay", "gravel"
TRUCKS = tuple(f"freight_road_diesel_{load}t" for load in (2, 8, 10, 18))


Made = tuple[dict[str, list[dict[str, Any]]], tuple[dict[str, Any], ...]]


def of(pairs):
    """Lines, and the factors the example gives for them."""
    return [entry for entry, _ in pairs], tuple(given for _, given in pairs)


def example(process_id: str, pairs, more=(), **of_process) -> Made:
    """The files of one process that uses what was bought."""
    bill, factors = of(pairs)
    return (
        {
            "product": [product(process_id)],
            "process": [process(process_id, **of_process)],
            "exchange": [*bill, *more],
        },
        factors,
    )


def shirt_maker():
    """Supplier B's own energy and waste, as both shirt examples give them."""
    return [
        bought("shirts", "power", "electricity", *POWER),
        bought("shirts", "gas", "heat", *GAS),
        bought("shirts", "waste", "inert_waste", "100", "kg", "0.5", direction="waste",
               flow_use="", stage="production"),
    ]  # fmt: skip


def shirts() -> Made:
    """The whole cradle-to-gate footprint: energy, materials, their haulage and waste."""
    early = {"stage": "raw_material"}
    materials = (
        ("cotton", COTTON, "5000", "7.0", "1000", "0.01"),
        ("polymer", POLYMER, "2500", "5.0", "2500", "0.02"),
        ("chema", CHEMICAL_A, "500", "2.0", "800", "0.05"),
        ("chemb", CHEMICAL_B, "500", "1.5", "200", "0.10"),
    )
    pairs, distances = shirt_maker(), []
    for truck, (name, flow, mass, made, km, hauled) in zip(TRUCKS, materials, strict=True):
        pairs.append(bought("shirts", name, flow, mass, "kg", made, **early))
        haul = bought("shirts", f"haul{name}", truck, mass, "kg", hauled, "kg*km", **early)
        pairs.append(haul)
        distances.append(
            line("shirts", f"km{name}", truck, km, "km", provider=haul[0]["provider"], **early)
        )
    return example("shirts", pairs, distances, amount=1)


def shirts_partly_from_average_data() -> Made:
    """Energy and waste of the supplier, everything before it from a database, per shirt."""
    pairs = [
        *shirt_maker(),
        bought("shirts", "before", COTTON, "12000", "kg", "5.6", stage="raw_material"),
    ]
    return example("shirts", pairs)


def building_materials() -> Made:
    """Five materials with their suppliers' factors."""
    given = (
        ("cement", "portland_cement", "200000", "0.15"),
        ("plaster", "natural_gypsum", "600000", "0.10"),
        ("paint", "lime", "200000", "0.10"),
        ("timber", "sand", "100000", "0.25"),
        ("concrete", "gravel", "50000", "0.20"),
    )
    return example(
        "site", [bought("site", name, flow, kg, "kg", made) for name, flow, kg, made in given]
    )


def chairs_hauled() -> Made:
    """Three hauls in tonnes and kilometres."""
    given = (
        ("truck", "freight_road", "2", "2000", "0.2"),
        ("air", "freight_rail", "1", "3000", "1.0"),
        ("sea", "freight_sea_container", "6", "4000", "0.05"),
    )
    pairs, distances = [], []
    for name, flow, tonnes, km, hauled in given:
        haul = bought("chairs", name, flow, tonnes, "t", hauled, "t*km")
        pairs.append(haul)
        distances.append(
            line("chairs", f"km{name}", flow, km, "km", provider=haul[0]["provider"])
        )  # fmt: skip
    return example("chairs", pairs, distances)


def stores() -> Made:
    """Two warehouses whose energy is shared by the room that goods take."""
    given = (
        ("store1", "limestone", "lime", "10000", "1000", 100, 400),
        ("store2", "glass", "sand", "15000", "2000", 200, 800),
    )
    bill, factors = of(
        [
            pair
            for name, _, _, power, gas, _, _ in given
            for pair in (
                bought(name, "power", "electricity", power, "kWh", "0.8"),
                bought(name, "gas", "heat", gas, "kWh", "0.25"),
            )
        ]
    )
    room = [
        row
        for name, own, other, _, _, taken, whole in given
        for row in (
            line("goods", name, own, taken, "kg", provider=name, stage="distribution"),
            output(name, "own", "reference_flow", taken, "kg", 1),
            output(name, "other", other, whole - taken, "kg", 1),
        )
    ]
    return {
        "product": [product("goods")],
        "process": [
            process("goods"),
            *(process(name, own, taken, allocation="mass")
              for name, own, _, _, _, taken, _ in given),
        ],
        "exchange": [*bill, *room],
    }, factors  # fmt: skip


def wastes() -> Made:
    """Waste by kind and treatment, and waste water by volume."""
    given = (
        ("landfill", "inert_waste", "2000", "t", "40"),
        ("burnt", "industrial_waste", "5000", "t", "2"),
        ("recycled", "waste_gypsum", "4000", "t", "10"),
        ("water", "wastewater", "5000", "m3", "0.5"),
    )
    return example(
        "parts",
        [bought("parts", *each, direction="waste", flow_use="", stage="production")
         for each in given],
    )  # fmt: skip


def published(place, made, *printed, note=""):
    """A case of the guidance."""
    files, factors = made
    return Published(GUIDANCE + place, files, printed, READ, factors, note)


PRODUCTS = {
    "t-shirts, the hybrid method": published(
        "example 1.2, pp. 27-29",
        shirts(),
        Printed(total("shirts"), "72800", Fraction(257300), misprint=True),
        Printed(lines("shirts", "power", "gas"), "3000"),
        Printed(lines("shirts", "cotton", "polymer", "chema", "chemb"), "49250"),
        Printed(lines("shirts", *(f"haul{m}" for m in ("cotton", "polymer", "chema", "chemb"))),
                "20500", Fraction(205000), misprint=True),
        Printed(lines("shirts", "waste"), "50"),
        note="the page writes (5,000 x 1,000 x 0.01) + (2,500 x 2,500 x 0.02) + "
        "(500 x 800 x 0.05) + (500 x 200 x 0.1) = 20,500: that sum is 205,000, and the total of "
        "its own numbers 257,300. Natural gas in kWh is written as heat",
    ),
    "t-shirts, own data and a database": published(
        "example 1.3, pp. 30-31",
        shirts_partly_from_average_data(),
        Printed(total("shirts"), "70250"),
        Printed(lines("shirts", "before"), "67200"),
        note="the page writes 50,000 x 5.6 = 67,200; 12,000 shirts x 5.6, as its table has it, "
        "is what gives 67,200",
    ),
    "building materials, the supplier-specific method": published(
        "example 1.1, p. 25", building_materials(), Printed(total("site"), "145000")
    ),
    "hauls by mass and distance": published(
        "example 4.2, p. 62",
        chairs_hauled(),
        Printed(lines("chairs", "truck"), "800"),
        Printed(lines("chairs", "air"), "3000"),
        Printed(lines("chairs", "sea"), "1200"),
    ),
    "storage shared by room taken": published(
        "example 4.5, p. 69",
        stores(),
        Printed(lines("goods", "store1/power", "store1/gas"), "2062.5"),
        Printed(lines("goods", "store2/power", "store2/gas"), "3125"),
        Printed(total("goods"), "5187.5"),
        note="a cubic metre of room is written as a kilogram",
    ),
    "wastes by kind and treatment": published(
        "example 5.1, p. 75", wastes(), Printed(total("parts"), "132500")
    ),
}  # fmt: skip


def with_suppliers(case: Published) -> dict[str, list[dict[str, Any]]]:
    """The inventory of a case with a supplier in place of each factor of the example.

    A supplier makes one unit and lets out the factor's kilograms of CO2: the same footprint
    against any release, whatever factors it holds.
    """
    made = {f"factor:{given['factor_id']}": given for given in case.factors}
    name_of = {key: f"maker-{n}" for n, key in enumerate(made, start=1)}
    used = [
        {**row, "provider": name_of.get(row["provider"], row["provider"])}
        for row in case.files["exchange"]
    ]
    makers = [
        process(name_of[key], given["flow_id"], 1, given["reference_unit"])
        for key, given in made.items()
    ]
    let_out = [emission(name_of[key], 1, "CO2", repr(one["value"])) for key, one in made.items()]
    return {
        **case.files,
        "process": [*case.files["process"], *makers],
        "exchange": [*used, *let_out],
    }
