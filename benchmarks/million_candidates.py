"""A million candidates as sources might hand them in, good and bad mixed: generated, seeded.

Belongs here: invented candidates, gases, evidence and sources for measuring admission;
every reason to refuse occurs. Does not belong here: what is measured over them
(``admit_million_rows``).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from schemas.candidate import CANDIDATE, CANDIDATE_GAS
from schemas.factor import SUMMED, UPTAKE
from schemas.parameter import PARAMETER
from schemas.reference import GAS, GWP, LICENCE
from schemas.render.frame import conform, empty, frame_of
from schemas.source import EVIDENCE, SOURCE

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.table import Table

SEED = 20261121
SOURCES = 40
PARAMETERS = 2_000
GWPS = {"co2_fossil": 1.0, "ch4_fossil": 28.0, "n2o": 265.0, "nf3": 16_100.0}
TABLES = ("candidate", "candidate_gas", "evidence", "parameter", "source", "licence", "gas", "gwp")


def write_million(folder: Path, n: int) -> None:
    """Write the tables of ``n`` candidates as Parquet, one file each.

    Args:
        folder: an existing folder.
        n: number of candidates.
    """
    rng = np.random.default_rng(SEED)
    candidate = _candidates(rng, n)
    evidence = _evidence(rng, candidate)
    made = {
        "candidate": candidate,
        "candidate_gas": _gases(rng, candidate),
        "evidence": evidence,
        "parameter": _parameters(rng),
        "source": _sources(),
        "licence": frame_of(
            LICENCE,
            [
                {"licence": "open", "is_redistributable": True},
                {"licence": "closed", "is_redistributable": False},
            ],
        ),
        "gas": frame_of(GAS, [{"gas": gas, "component": "fossil"} for gas in GWPS]),
        "gwp": frame_of(
            GWP,
            [
                {"gwp_set": one, "gas": gas, "gwp100": value}
                for one in ("AR4", "AR5", "AR6")
                for gas, value in GWPS.items()
                if (one, gas) != ("AR4", "nf3")
            ],
        ),
    }
    for name in TABLES:
        made[name].write_parquet(folder / f"{name}.parquet")


def _pick(rng: np.random.Generator, n: int, shares: dict[Any, float]) -> np.ndarray:
    """So many values in the shares given; what is left over is the first value."""
    values = list(shares)
    rest = 1 - sum(list(shares.values())[1:])
    chances = [rest, *list(shares.values())[1:]]
    return np.array(values, dtype=object)[rng.choice(len(values), size=n, p=chances)]


# Ids are of 32 letters; the ten digits of a number stand for ten of them.
_DIGITS, _LETTERS = "0123456789", "ABCDEFGHIJ"


def _named(letter: str, number: pl.Expr) -> pl.Expr:
    """A permanent id for every number."""
    digits = number.cast(pl.String).str.zfill(12)
    return pl.lit(letter) + digits.str.replace_many(list(_DIGITS), list(_LETTERS))


def _name(letter: str, number: int) -> str:
    return letter + f"{number:012d}".translate(str.maketrans(_DIGITS, _LETTERS))


def _text(values: np.ndarray, name: str) -> pl.Series:
    return pl.Series(name, values.tolist(), pl.String)


def _whole(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The declared columns; those not made here are null."""
    lacking = [f.name for f in table if f.name not in frame.columns]
    return conform(table, frame.with_columns(pl.lit(None).alias(name) for name in lacking))


def _candidates(rng: np.random.Generator, n: int) -> pl.DataFrame:
    number = np.arange(n)
    # One in two hundred repeats what the one before it says.
    said = np.where(rng.random(n) < 0.005, np.maximum(number - 1, 0), number)
    of_gases = rng.random(n) < 0.3
    value = np.round(rng.lognormal(0, 2, n), 6)
    value[rng.random(n) < 0.004] *= -1
    value[rng.random(n) < 0.001] = np.inf
    flags = _pick(rng, n, {"": 0, "p": 0.2, "gwp_not_stated": 0.02, "offset_margin": 0.01})
    source = said % SOURCES
    stated = _pick(
        rng, n,
        {"none": 0, "gsd2 1.2": 0.2, "gsd2 0.9": 0.002, "pedigree (1,2,3,4,5)": 0.1,
         "pedigree (1,-,3,4,5)": 0.002},
    )  # fmt: skip
    frame = pl.DataFrame(
        {
            "n": number,
            "said": said,
            "source": source,
            "value": pl.Series(value),
            "of_gases": of_gases,
            "span": rng.integers(1, 9, n),
        }
    )
    listed = pl.col("flag").replace("", None)
    years = pl.duration(days=365 * (pl.col("said") % 8))
    return _whole(
        CANDIDATE,
        frame.with_columns(
            _named("F", pl.col("n")).alias("factor_id"),
            pl.format("k{}", "n").alias("record_key"),
            _named("E", pl.col("n")).alias("evidence_id"),
            pl.format("排放源 {}", "said").alias("name_zh"),
            pl.format("activity {}", "said").alias("name_en"),
            pl.format("flow_{}", pl.col("said") % 5_000).alias("flow_id"),
            pl.lit("energy").alias("category_id"),
            pl.lit("2024").alias("published_on"),
            pl.lit("not_stated").alias("location_type"),
            pl.format("R-{}", pl.col("said") % 300).alias("region_code"),
            pl.format("route_{}", pl.col("said") % 7).alias("route"),
            pl.format("s{}", "source").alias("source_id"),
            pl.lit("1").alias("edition"),
            pl.when("of_gases").then(None).otherwise("value").alias("value"),
            (dt.date(2015, 1, 1) + years).alias("data_start"),
            (dt.date(2016, 1, 1) + years).alias("data_end"),
            _text(flags, "flag"),
        ).with_columns(
            _text(_pick(rng, n, {"direct_ef": 0, "footprint_factor": 0.4, "removal_factor": 0.01}),
                  "factor_kind"),
            pl.concat_list(listed).list.drop_nulls().alias("flags"),
            _text(_pick(rng, n, {"AR5": 0, "AR4": 0.2, "AR6": 0.2, "not_stated": 0.03, None: 0.01}),
                  "gwp_set"),
            _text(_pick(rng, n, {"high": 0, "medium": 0.4, "low": 0.02}), "confidence"),
            _text(_pick(rng, n, {"open": 0, "closed": 0.01, "unheard-of": 0.002}), "licence"),
            _text(_pick(rng, n, {"public": 0, "restricted": 0.005}), "data_class"),
            _text(_pick(rng, n, {"public": 0, "figures_only": 0.5, "none": 0.005}),
                  "authorisation_scope"),
            _text(_pick(rng, n, {None: 0, "https://method": 0.5}), "methodology_url"),
            pl.Series("core_data", rng.random(n) < 0.02),
            pl.lit("not_applicable").alias("delivery_scope"),
            pl.lit("kg").alias("reference_unit"),
            pl.lit("kgCO2e").alias("value_unit"),
            pl.lit("secondary").alias("data_origin"),
            _text(_pick(rng, n, {"default": 0, "estimated": 0.02}), "derivation"),
            _text(_pick(rng, n, {"回归所得，尚无实测": 0, None: 0.2, " ": 0.1}), "note_zh"),
            _text(stated, "stated"),
            pl.lit([], pl.List(pl.String)).alias("product_codes"),
            (pl.col("value") / pl.col("span")).alias("lower95"),
            (pl.col("value") * pl.col("span")).alias("upper95"),
        ).with_columns(
            _text(_pick(rng, n, {"": 0, "no_such_code": 0.002, "including_uptake": 0.05,
                                 "excluding_uptake": 0.05}), "of_sum"),
            pl.Series("gap", _pick(rng, n, {0.0: 0, 0.01: 0.1}).astype(float)),
            pl.col("stated").str.split(" ").list.first().alias("uncertainty_kind"),
            pl.col("stated").str.split(" ").list.get(1, null_on_oob=True)
            .alias("uncertainty_value"),
        ).with_columns(
            pl.when(pl.col("of_sum") == "no_such_code").then(pl.lit("no_such_code"))
            .when(pl.col("factor_kind") == "footprint_factor").then(pl.lit("cradle_to_gate"))
            .otherwise(pl.lit("activity")).alias("boundary"),
            pl.when(pl.col("of_sum").is_in(["including_uptake", "excluding_uptake"])
                    & (pl.col("value") > 0) & pl.col("value").is_finite())
            .then("of_sum").otherwise(pl.lit("not_stated")).alias("value_convention"),
        ).with_columns(_parts()),
    )  # fmt: skip


def _parts() -> list[pl.Expr]:
    """Components that make the value of a stated convention, some of them off by a hundredth."""
    summed = pl.when(pl.col("value_convention") != "not_stated")
    fossil = summed.then(pl.col("value") * (1 + pl.col("gap")))
    zero = summed.then(pl.lit(0.0))
    return [fossil.alias("fossil"), *(zero.alias(name) for name in (*SUMMED[1:], *UPTAKE))]


def _gases(rng: np.random.Generator, candidate: pl.DataFrame) -> pl.DataFrame:
    """Three gases for each candidate without value; a few with none of them."""
    given = candidate.filter(
        pl.col("value").is_null() & pl.Series(rng.random(candidate.height) > 0.002)
    ).select("factor_id", "evidence_id")
    m = given.height
    # Some that state a CO2e state their carbon dioxide too, a few of them another one.
    both = candidate.filter(
        pl.col("value").is_finite() & (pl.col("value") > 0)
        & pl.Series(rng.random(candidate.height) < 0.02)
    ).select("factor_id", "evidence_id", gas=pl.lit("co2_fossil"), mass="value")  # fmt: skip
    off = pl.Series(rng.random(both.height) < 0.2)
    both = both.with_columns(pl.when(off).then(pl.col("mass") * 1.01).otherwise("mass"))
    parts = [
        given.with_columns(gas=pl.lit(gas), mass=pl.Series(np.round(rng.lognormal(0, 1, m), 6)))
        for gas in ("co2_fossil", "ch4_fossil")
    ]
    last = _text(_pick(rng, m, {"n2o": 0, "nf3": 0.03}), "gas")
    mass = np.round(rng.lognormal(-3, 1, m), 6)
    mass[rng.random(m) < 0.005] *= -1
    mass[rng.random(m) < 0.001] = np.inf
    parts += [given.with_columns(last, pl.Series("mass", mass)), both]
    return _whole(CANDIDATE_GAS, pl.concat(parts))


def _evidence(rng: np.random.Generator, candidate: pl.DataFrame) -> pl.DataFrame:
    """One per candidate, a few lacking; one in a hundred rests on a parameter or another."""
    n = candidate.height
    parent = _pick(rng, n, {None: 0, "P": 0.006, "F": 0.004})
    older = np.maximum(np.arange(n) // 2, 0)
    names = [
        None if kind is None
        else [_name("P", k % PARAMETERS) + "@1.0"] if kind == "P" else [_name("F", k) + "@1.0"]
        for kind, k in zip(parent, older, strict=True)
    ]  # fmt: skip
    frame = candidate.select("evidence_id", "source_id", "edition").with_columns(
        pl.Series("parents", names, pl.List(pl.String)),
        text_found=pl.lit("2.50"),
        unit_found=pl.lit("kg"),
    )
    return _whole(EVIDENCE, frame.filter(pl.Series(rng.random(n) > 0.004)))


def _parameters(rng: np.random.Generator) -> pl.DataFrame:
    rows = empty(PARAMETER).select("parameter_id")
    ids = [_name("P", k) for k in range(PARAMETERS)]
    rows = pl.DataFrame({"parameter_id": ids}).with_columns(
        pl.Series("source_id", [f"s{k}" for k in rng.integers(0, SOURCES, PARAMETERS)]),
        edition=pl.lit("1"),
        evidence_id=pl.lit("E-of-parameters"),
    )
    return _whole(PARAMETER, rows)


def _sources() -> pl.DataFrame:
    """Most are open; one forbids, one is restricted, one has ended, one nobody knows."""
    rows = [
        {
            "source_id": f"s{k}",
            "edition": "1",
            "licence": "open",
            "authorisation_scope": "public",
            "authorisation_until": dt.date(2025, 12, 31) if k == 3 else None,
            "onward_publication": k != 1,
            "data_class": "restricted" if k == 2 else "public",
        }
        for k in range(SOURCES - 1)
    ]
    return frame_of(SOURCE, rows)
