"""One table with every kind of column and rule, as each rendering shows it.

What Arrow, DuckDB, frictionless, the dictionary and polars make of it is approved as a whole
(``approved/renderings.txt``); what pandera says of broken frames of it, in ``breaches.txt``.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from schemas.form import Ask, Edition, Form, Template, version_key
from schemas.release import COLUMN_CLASSES, MEANING_CLASSES
from schemas.render.arrow import arrow_schema, to_arrow
from schemas.render.dictionary import markdown, plain, rule_words
from schemas.render.duckdb import comments, create_table, in_load_order, literal, quoted
from schemas.render.frame import conform, empty, frame_of, ordered, polars_schema
from schemas.render.frictionless import table_schema
from schemas.render.pandera import (
    ContractBroken,
    breaches_of,
    broken_references,
    require,
    row_holds,
    rule_name,
)
from schemas.table import BadDeclaration, Field, Reference, Rule, Table, Vocabulary, needs
from tests.approved import approve, as_lines

APPROVED = Path(__file__).parent / "approved"
ANSWER = Vocabulary("answer", "答案", "Answer", (("yes", "是", "Yes"), ("no", "否", "No")))


def column(name: str, kind: Any, **more: Any) -> Field:
    return Field(name, kind, f"{name} 题", f"{name} title", "含义。", "It's meant.", **more)


SHELF = Table("shelf", "架", "Shelf", "架。", "A shelf.", (column("shelf", "code"),), ("shelf",))
BOOK = Table(
    "book", "书", "Book", "书。", "It's a book.",
    (
        column("code", "code", pattern="^[a-z]+$"),
        column("part", "integer", unit="1", minimum=1, maximum=9),
        column("shelf", "code", required=False),
        column("answer", "code", vocabulary=ANSWER),
        column("title", "text"), column("remark", "text", required=False),
        column("weight", "number", unit="kg", minimum=0, exclusive_minimum=True),
        column("cold", "number", unit="K", minimum=-1.5, maximum=2.5, required=False),
        column("price", "decimal", unit="CNY", minimum=0, required=False),
        column("lent", "boolean", required=False), column("due", "date", required=False),
        column("tags", "texts"), column("body", "json"),
    ),
    key=("code", "part"), optional=("answer",),
    references=(Reference(("shelf",), "shelf", ("shelf",)),),
    rules=(Rule("R-BOOK-01", "cold <= weight", "冷轻", "cold is light"),),
    warnings_zh=("小心。",), warnings_en=("Take care.",), sorted_by=("title", "code", "part"),
)  # fmt: skip
GOOD: dict[str, Any] = {
    "code": "a", "part": 1, "shelf": "s", "answer": "yes", "title": "t", "remark": None,
    "weight": 1.0, "cold": 0.5, "price": Decimal("1.5"), "lent": False,
    "due": dt.date(2026, 1, 1), "tags": ["x"], "body": "{}",
}  # fmt: skip
BAD: list[dict[str, Any]] = [
    {"code": None}, {"code": " "}, {"code": "A"}, {"code": "ab\n"}, {"part": 0}, {"part": 10},
    {"part": None}, {"answer": "maybe"}, {"title": None}, {"title": ""}, {"weight": 0.0},
    {"weight": math.nan}, {"weight": math.inf}, {"weight": None}, {"cold": -1.6},
    {"cold": 2.6, "weight": 3.0}, {"cold": math.nan}, {"price": Decimal(-1)}, {"tags": None},
    {"body": None}, {"body": " "}, {"cold": 1.5}, {"weight": -1.0, "cold": -1.2},
]  # fmt: skip
FINE: list[dict[str, Any]] = [
    {"part": 1}, {"part": 9}, {"answer": None}, {"answer": "no"}, {"shelf": None}, {"remark": ""},
    {"weight": 0.001, "cold": None}, {"cold": -1.5}, {"cold": 2.5, "weight": 2.5},
    {"price": Decimal(0)}, {"price": None}, {"lent": None}, {"due": None}, {"tags": []},
]  # fmt: skip


def rows(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows otherwise good, each with a key of its own."""
    names = [f"k{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(len(changes))]
    return [{**GOOD, "code": name, **more} for name, more in zip(names, changes, strict=True)]


def test_every_rendering_is_as_approved() -> None:
    told: dict[str, Any] = {
        f"arrow {f.name}": [str(f.type), f.nullable, {k.decode(): v.decode() for k, v in
                                                      f.metadata.items()}]
        for f in arrow_schema(BOOK, {"release": "1"})
    }  # fmt: skip
    told["arrow"] = {k.decode(): v.decode() for k, v in arrow_schema(BOOK).metadata.items()}
    told["duckdb"] = [create_table(BOOK), create_table(BOOK, references=False), *comments(BOOK)]
    told["names"] = [quoted('a"b'), literal("it's")]
    told["frictionless"] = [table_schema(BOOK), table_schema(SHELF)]
    told["dictionary"] = [markdown([BOOK, SHELF]), plain([BOOK, SHELF])]
    told["words"] = [rule_words(f, required=r) for f in BOOK for r in (True, False)]
    told["polars"] = {k: str(v) for k, v in polars_schema(BOOK).items()}
    told["order"] = [BOOK.order, SHELF.order, BOOK.columns, list(BOOK) == list(BOOK.fields)]
    told["required"] = [BOOK.is_required(name) for name in BOOK.columns]
    told["vocabulary"] = [ANSWER.codes, ANSWER.zh("no"), ANSWER.en("no"), ANSWER.zh("x"),
                          ANSWER.en("x")]  # fmt: skip
    told["classes"] = [COLUMN_CLASSES, MEANING_CLASSES]
    approve(APPROVED / "renderings.txt", as_lines(told))


def test_what_is_said_of_broken_frames_is_as_approved() -> None:
    frame = frame_of(BOOK, rows(BAD))
    told: dict[str, Any] = {str(b): "" for b in breaches_of(BOOK, frame)}
    alone = {n: [str(b) for b in breaches_of(BOOK, frame[n])] for n in range(frame.height)}
    twice = frame_of(BOOK, [GOOD, GOOD, {**GOOD, "part": 2}])
    told |= {"alone": alone, "twice": [str(b) for b in breaches_of(BOOK, twice)]}
    good = frame_of(BOOK, rows(FINE))
    for what, spoilt in (
        ("lost", good.drop("lent")), ("more", good.with_columns(x=pl.lit(1))),
        ("turned", good.select(reversed(good.columns))),
        ("other kind", good.with_columns(pl.col("part").cast(pl.Int32))),
    ):  # fmt: skip
        told[what] = [(b.rule, b.column) for b in breaches_of(BOOK, spoilt)]
    told["held"] = frame.select(row_holds(BOOK)).to_series().to_list()
    several = frame_of(BOOK, rows([{"shelf": f"s{n}"} for n in range(9)] + [{"shelf": None}]))
    shelves = {"shelf": frame_of(SHELF, [{"shelf": "s0"}, {"shelf": "s8"}])}
    told["references"] = [str(b) for b in broken_references(BOOK, several, shelves)]
    told["names"] = [rule_name(n) for n in (
        "not_nullable", "column_in_schema", "column_in_dataframe", "column_ordered",
        "multiple_fields_uniqueness", "field_uniqueness", "dtype", "dtype('Int64')", "pattern",
    )]  # fmt: skip
    for more in (None, shelves):
        with pytest.raises(ContractBroken) as broken:
            require(BOOK, several if more else frame, more)
        told[f"message {more is None}"] = [str(broken.value), len(broken.value.breaches)]
    approve(APPROVED / "breaches.txt", as_lines(told))


def test_what_keeps_the_contract_passes_and_is_given_back() -> None:
    good = frame_of(BOOK, rows(FINE))
    assert breaches_of(BOOK, good) == []
    assert require(BOOK, good, {"shelf": frame_of(SHELF, [{"shelf": "s"}])}) is good
    assert require(BOOK, good) is good
    assert breaches_of(BOOK, empty(BOOK)) == []
    assert good.select(row_holds(BOOK)).to_series().all()
    assert good.select("cold", "answer").row(2) == (0.5, None)


def test_duckdb_takes_the_good_rows_and_none_of_the_bad() -> None:
    with duckdb.connect() as con:
        for table in in_load_order([BOOK, SHELF]):
            con.execute(create_table(table))
        con.execute("INSERT INTO shelf VALUES ('s')")
        con.register("given", frame_of(BOOK, rows(FINE)))
        con.execute("INSERT INTO book SELECT * FROM given")
        for row in rows(BAD):
            con.register("given", frame_of(BOOK, [row]))
            with pytest.raises(duckdb.Error):
                con.execute("INSERT INTO book SELECT * FROM given")


def test_tables_are_loaded_after_those_they_name() -> None:
    assert [t.name for t in in_load_order([BOOK, SHELF])] == ["shelf", "book"]
    assert in_load_order([BOOK]) == [BOOK]
    own = Table("own", "自", "Own", "自。", "Own.", (column("own", "code"),), ("own",),
                references=(Reference(("own",), "round", ("round",)),))  # fmt: skip
    back = Table("round", "环", "Round", "环。", "Round.", (column("round", "code"),), ("round",),
                 references=(Reference(("round",), "own", ("own",)),))  # fmt: skip
    with pytest.raises(ValueError, match="own, round"):
        in_load_order([own, back])


def test_frames_are_made_ordered_and_conformed() -> None:
    frame = frame_of(BOOK, [{**GOOD, "code": c, "title": t} for c, t in (("b", "x"), ("a", "x"),
                                                                         ("c", "w"))])  # fmt: skip
    assert ordered(BOOK, frame)["code"].to_list() == ["c", "a", "b"]
    loose = frame.select(*reversed(frame.columns)).with_columns(pl.col("part").cast(pl.Int8))
    assert conform(BOOK, loose).equals(frame)
    with pytest.raises(ValueError, match="book lacks lent"):
        conform(BOOK, frame.drop("lent"))
    with pytest.raises(ValueError, match="book declares no column colour, size"):
        frame_of(BOOK, [{"size": 1, "colour": 2}])
    with pytest.raises(TypeError):
        frame_of(BOOK, [{"part": "one"}])
    assert frame_of(BOOK, [{}]).null_count().row(0) == (1,) * len(BOOK.columns)
    assert empty(BOOK).schema == frame.schema
    assert needs(BOOK, ["code", "x"]) == list(BOOK.columns[1:])
    table = to_arrow(BOOK, pl.concat([frame, frame], rechunk=False), {"release": "1"})
    assert (table.num_rows, table.column(0).num_chunks) == (6, 1)
    assert table.schema.metadata[b"release"] == b"1"
    assert table.schema.field("price").type == pa.decimal128(38, 15)


@pytest.mark.parametrize(
    "changes",
    [
        {"optional": ("nothing",)}, {"sorted_by": ("nothing", "code")}, {"sorted_by": ("title",)},
        {"sorted_by": ("code", "title")}, {"optional": ("code",)}, {"key": ("nothing",)},
        {"references": (Reference(("nothing",), "shelf", ("shelf",)),)}, {"key": ()},
        {"warnings_en": ("Take care.",)}, {"fields": (column("code", "code"),) * 2},
    ],
    ids=str,
)  # fmt: skip
def test_a_table_that_contradicts_itself_is_refused(changes) -> None:
    words = {"fields": (column("code", "code"), column("title", "text")), "key": ("code",)}
    made = Table("t", "表", "T", "表。", "T.", **{**words, "sorted_by": ("title", "code"),
                                              "optional": ("title",)})  # fmt: skip
    assert ("title" in made, "x" in made, made["title"].name) == (True, False, "title")
    assert (made.is_required("title"), made.is_required("code")) == (False, True)
    assert made.order == ("title", "code")
    with pytest.raises(BadDeclaration, match=r"^t: "):
        Table("t", "表", "T", "表。", "T.", **(words | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Title"}, {"name": "1a"}, {"name": "a-b"}, {"name": "xa\n"},
        {"title_zh": ""}, {"title_en": ""}, {"meaning_zh": ""}, {"meaning_en": ""},
        {"kind": "number"}, {"kind": "integer"}, {"kind": "decimal"}, {"unit": "kg"},
        {"minimum": 0}, {"maximum": 0},
        {"vocabulary": ANSWER}, {"kind": "boolean", "pattern": "^a$"}, {"pattern": r"^\w$"},
        {"pattern": r"^\s$"}, {"pattern": r"^\D$"}, {"pattern": "^a"}, {"pattern": "a$"},
    ],
    ids=str,
)  # fmt: skip
def test_a_column_that_no_engine_could_check_is_refused(changes) -> None:
    words = {"name": "title", "kind": "text", "title_zh": "题", "title_en": "T",
             "meaning_zh": "义", "meaning_en": "M"}  # fmt: skip
    for fine in ({}, {"pattern": "^a$"}, {"kind": "code", "vocabulary": ANSWER},
                 {"kind": "texts", "vocabulary": ANSWER}, {"kind": "code", "pattern": "^a$"},
                 {"kind": "number", "unit": "1", "minimum": 0, "maximum": 1}):  # fmt: skip
        assert Field(**(words | fine)).name == "title"
    with pytest.raises(BadDeclaration, match=r"^(title|Title|1a|a-b|xa\n): "):
        Field(**(words | changes))


def ask(name: str = "title", **more: Any) -> Ask:
    return Ask(column(name, "text"), "x", **more)


def test_a_question_takes_its_words_from_its_column() -> None:
    listed = Ask(column("answer", "code", vocabulary=ANSWER), "yes")
    kinds = {k: Ask(column("c", k, unit="1"), "1").answer for k in ("number", "integer", "decimal")}
    assert (listed.listed, listed.answer, listed.name) == ("answer", "code", "answer")
    assert kinds == {"number": "number", "integer": "integer", "decimal": "number"}
    assert Ask(column("d", "date"), "x").answer == "date"
    assert (ask().answer, ask().unit, ask(name="title", listed="x").answer) == (
        "text",
        None,
        "code",
    )
    assert Ask(column("c", "number", unit="kg"), "1").unit == "kg"
    renamed = Ask(column("c", "text"), "x", name="other", listed="own")
    assert (renamed.name, renamed.listed) == ("other", "own")
    own = Ask(column("answer", "code", vocabulary=ANSWER), "yes", listed="own")
    assert own.listed == "own"
    for wrong in (
        lambda: Ask(column("b", "boolean"), "true"),
        lambda: Ask(column("c", "text"), "", required=True),
        lambda: ask(when_zh="当"),
        lambda: ask(when_en="when"),
    ):
        with pytest.raises(BadDeclaration):
            wrong()
    assert ask(when_zh="当", when_en="when").when_en == "when"
    assert Ask(column("b", "boolean"), "true", listed="yes_no").answer == "code"
    assert Ask(column("c", "text"), "").required is False


def sheet(table: str = "main", *asks: Ask, **more: Any) -> Form:
    return Form(table, "表", "Sheet", "一行。", "One row.", asks or (ask("a"), ask("b")), **more)


def template(*forms: Form, history: tuple[Edition, ...] = (Edition("1.0"),)) -> Template:
    return Template("factor", "表", "T", forms or (sheet(is_main=True),), history)


def test_a_template_keeps_to_its_history() -> None:
    newest = Edition("1.10", added=(("main", "a"),), renamed=(("main", "old", "b"),),
                     removed=(("main", "gone"),))  # fmt: skip
    made = template(sheet("about"), sheet(is_main=True), history=(Edition("1.9"), newest))
    assert (made.version, made.main.table, made.form("about").table) == ("1.10", "main", "about")
    assert ("a" in made.main, "x" in made.main, made.main["b"].name) == (True, False, "b")
    assert (made.main.names, [a.name for a in made.main]) == (("a", "b"), ["a", "b"])
    with pytest.raises(KeyError):
        made.form("nothing")
    assert version_key("1.10") == (1, 10)
    for wrong in (
        lambda: sheet("main", ask("a"), ask("a")),
        lambda: Form("t", "表", "T", "一", "1", ()),
        lambda: template(sheet("about")),
        lambda: template(history=()),
        lambda: template(history=(Edition("1.1"), Edition("1.0"))),
        lambda: template(history=(Edition("1.0"), Edition("1.0"))),
        lambda: template(history=(Edition("1.0", added=(("main", "x"),)),)),
        lambda: template(history=(Edition("1.0", renamed=(("main", "a", "x"),)),)),
    ):
        with pytest.raises(BadDeclaration):
            wrong()
    # What was added and later renamed or removed is no contradiction.
    assert template(history=(
        Edition("1.0", added=(("main", "old"), ("main", "gone"))),
        Edition("1.1", renamed=(("main", "old", "a"),), removed=(("main", "gone"),)),
    )).version == "1.1"  # fmt: skip
