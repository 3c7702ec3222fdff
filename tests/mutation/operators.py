"""How a line of a rule is changed: one small fault per mutant.

Belongs here: the operators and the finding of their places in a file. Does not belong here:
running tests (``worker``). Texts for people (titles, meanings, messages) are not changed:
no rule rests on them.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMPARE = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
ARITHMETIC = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip
# Links of a chain of polars expressions, or of text, that give back what they are called on.
LINKS = frozenset({
    "filter", "sort", "unique", "fill_null", "drop_nulls", "drop", "over", "abs", "alias", "cast",
    "is_not_null", "strip", "strip_chars", "to_lowercase", "casefold", "lower", "first", "last",
    "min", "max", "shift", "with_columns", "head", "reverse", "explode", "not_", "clear",
})  # fmt: skip
# Keywords of calls whose values are texts for people.
WORDS = frozenset({"zh", "en", "title_zh", "title_en", "why_zh", "why_en", "meaning_zh",
                   "meaning_en", "warnings_zh", "warnings_en", "what_zh", "what_en"})  # fmt: skip
SQL = ((r"<=", "<"), (r"<>", "="), (r"(?<![<>!])=(?!=)", "<>"), (r"\bAND\b", "OR"),
       (r"\bOR\b", "AND"), (r"\bNOT ", ""), (r"\bIS NOT NULL", "IS NULL"),
       (r">=", ">"), (r"(?<![<>=-])<(?![>=])", "<="), (r" \+ ", " - "))  # fmt: skip
PATTERN = ((r"\{([0-9]+)\}", r"{\1,}"), (r"\+", "*"), (r"\[([^\]]+)\]", "."))
_IS_SQL = re.compile(r"<=|>=|<>| = |\bAND\b|\bOR\b|\bIN \(|IS NOT NULL")
_IS_PATTERN = re.compile(r"^\^.*\$$", re.DOTALL)


@dataclass(frozen=True)
class Mutant:
    """One changed place.

    Attributes:
        path: the file, from the repository's root.
        scope: outermost function or method, ``<module>`` for a declaration.
        operator: what was done.
        line: line of the place.
        before: the place as it was.
        after: the place as it is.
        nth: which of equal places of the scope, from 0.
    """

    path: str
    scope: str
    operator: str
    line: int
    before: str
    after: str
    nth: int

    @property
    def name(self) -> str:
        """A name that stays when lines move."""
        said = "\x1f".join((self.path, self.scope, self.operator, self.before, self.after,
                            str(self.nth)))  # fmt: skip
        return hashlib.sha256(said.encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Place:
    """Where a node hangs, and the ways to change it."""

    parent: Any
    field: str
    index: int | None
    scope: str

    def put(self, node: Any) -> None:
        """Hang another node here."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def mutants_of(root: Path, path: str) -> list[Mutant]:
    """Every mutant of a file, in the order of its lines."""
    return [m for m, _ in _all(root, path)]


def changed(root: Path, wanted: Mutant) -> ast.Module:
    """The file's tree with one mutant in it.

    Raises:
        KeyError: the file holds no such mutant.
    """
    for mutant, apply in _all(root, wanted.path):
        if mutant == wanted:
            return apply()
    raise KeyError(wanted.name)


def _all(root: Path, path: str) -> list[tuple[Mutant, Callable[[], ast.Module]]]:
    tree = ast.parse((root / path).read_text("utf-8"), filename=path)
    seen: dict[tuple[str, ...], int] = {}
    found = []
    for place, node in _places(tree):
        for operator, new in _ways(node, place):
            before, after = _shown(node), _shown(new)
            if before == after:
                continue
            key = (place.scope, operator, before, after)
            nth = seen[key] = seen.get(key, -1) + 1
            mutant = Mutant(path, place.scope, operator, getattr(node, "lineno", 0), before,
                            after, nth)  # fmt: skip

            def apply(place: Place = place, new: Any = new) -> ast.Module:
                place.put(new)
                return ast.fix_missing_locations(tree)

            found.append((mutant, apply))
    return found


def _shown(node: ast.AST) -> str:
    return ast.unparse(node)


def _places(tree: ast.Module) -> Iterator[tuple[Place, Any]]:
    """Every node that may be changed, with where it hangs."""
    yield from _below(tree, "<module>", in_function=False)


def _below(node: ast.AST, scope: str, *, in_function: bool) -> Iterator[tuple[Place, Any]]:
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        if isinstance(node, ast.Call) and field == "func" and isinstance(value, ast.Name):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or _is_left_alone(child, node, field, index):
                continue
            inner, inside = scope, in_function
            if not in_function and isinstance(child, ast.FunctionDef | ast.ClassDef):
                inner = child.name if scope == "<module>" else f"{scope}.{child.name}"
                inside = isinstance(child, ast.FunctionDef)
                # Defaults and fields of classes are read when the module is.
                if isinstance(child, ast.FunctionDef):
                    yield from _below(child.args, "<module>", in_function=False)
                    for at, statement in enumerate(child.body):
                        if not _is_docstring(statement, at):
                            yield Place(child, "body", at, inner), statement
                            yield from _below(statement, inner, in_function=True)
                    continue
            yield Place(node, field, index, _scope(inner, inside)), child
            yield from _below(child, inner, in_function=inside)


def _scope(scope: str, in_function: bool) -> str:
    return scope if in_function else "<module>"


def _is_docstring(node: ast.AST, at: int | None) -> bool:
    return (at == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str))  # fmt: skip


def _is_left_alone(node: ast.AST, parent: ast.AST, field: str, index: int | None) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Global | ast.JoinedStr | ast.arguments):
        return True
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    if field == "body" and _is_docstring(node, index):
        return True
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
        return True
    if isinstance(node, ast.keyword) and node.arg in WORDS:
        return True
    return isinstance(node, ast.expr_context | ast.operator | ast.cmpop | ast.boolop | ast.unaryop)


def _ways(node: Any, place: Place) -> Iterator[tuple[str, Any]]:
    """The changes that a node allows: (operator, new node)."""
    for kind, way in WAYS:
        if isinstance(node, kind):
            yield from way(node, place)


def _of_compare(node: ast.Compare, _: Place) -> Iterator[tuple[str, Any]]:
    for at, op in enumerate(node.ops):
        for other in COMPARE[type(op)]:
            ops = [*node.ops[:at], other(), *node.ops[at + 1 :]]
            yield "comparison", ast.Compare(node.left, ops, node.comparators)
    for at, one in enumerate(node.comparators):
        if _is_code(one):
            several = [*node.comparators[:at], _other(one), *node.comparators[at + 1 :]]
            yield "constant", ast.Compare(node.left, node.ops, several)


def _of_bool(node: ast.BoolOp, _: Place) -> Iterator[tuple[str, Any]]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield "and or", ast.BoolOp(other, node.values)
    for at in range(len(node.values)):
        left = node.values[:at] + node.values[at + 1 :]
        yield "condition dropped", left[0] if len(left) == 1 else ast.BoolOp(node.op, left)


def _of_binary(node: ast.BinOp, _: Place) -> Iterator[tuple[str, Any]]:
    if _is_words(node):
        return
    if type(node.op) in ARITHMETIC:
        kind = "and or" if isinstance(node.op, ast.BitAnd | ast.BitOr) else "arithmetic"
        yield kind, ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
    if isinstance(node.op, ast.BitAnd | ast.BitOr):
        yield "condition dropped", node.left
        yield "condition dropped", node.right


def _of_unary(node: ast.UnaryOp, _: Place) -> Iterator[tuple[str, Any]]:
    if isinstance(node.op, ast.Not | ast.Invert):
        yield "not dropped", node.operand
    elif isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield "arithmetic", node.operand


def _of_constant(node: ast.Constant, place: Place) -> Iterator[tuple[str, Any]]:
    value = node.value
    if isinstance(value, bool):
        yield "constant", ast.Constant(not value)
    elif isinstance(value, int | float):
        yield "constant", ast.Constant(value + 1 if isinstance(value, int) else value * 2 + 1)
    elif isinstance(value, str) and place.scope == "<module>":
        yield from _of_declared_text(value)


def _of_declared_text(text: str) -> Iterator[tuple[str, Any]]:
    """SQL of rules and patterns of columns, which are written as texts."""
    if _IS_PATTERN.match(text):
        several, operator = PATTERN, "pattern"
    elif _IS_SQL.search(text) and not re.search(r"[一-鿿。]", text):
        several, operator = SQL, "rule"
    else:
        return
    for old, new in several:
        for found in re.finditer(old, text):
            yield (
                operator,
                ast.Constant(text[: found.start()] + found.expand(new) + text[found.end() :]),
            )


def _of_call(node: ast.Call, _: Place) -> Iterator[tuple[str, Any]]:
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in LINKS:
        yield "link dropped", function.value
    for at, word in enumerate(node.keywords):
        if word.arg in WORDS or word.arg is None:
            continue
        less = [*node.keywords[:at], *node.keywords[at + 1 :]]
        yield "keyword dropped", ast.Call(node.func, node.args, less)


def _of_list(node: Any, _: Place) -> Iterator[tuple[str, Any]]:
    if len(node.elts) < 2 or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return
    texts = [_is_words(e) or _is_code(e) for e in node.elts]
    if isinstance(node, ast.Tuple) and all(texts) and any(_is_words(e) for e in node.elts):
        return  # a code with its names: dropped whole, not in part
    for at in range(len(node.elts)):
        less = node.elts[:at] + node.elts[at + 1 :]
        made = type(node)(less) if isinstance(node, ast.Set) else type(node)(less, ast.Load())
        yield "entry dropped", made


def _of_dict(node: ast.Dict, _: Place) -> Iterator[tuple[str, Any]]:
    for at in range(len(node.keys)):
        if len(node.keys) > 1:
            yield (
                "entry dropped",
                ast.Dict(
                    node.keys[:at] + node.keys[at + 1 :], node.values[:at] + node.values[at + 1 :]
                ),
            )


def _of_choice(node: ast.IfExp, _: Place) -> Iterator[tuple[str, Any]]:
    yield "condition dropped", node.body
    yield "condition dropped", node.orelse


def _of_if(node: ast.If, _: Place) -> Iterator[tuple[str, Any]]:
    for value in (True, False):
        yield "condition dropped", ast.If(ast.Constant(value), node.body, node.orelse)


def _of_loop(node: ast.comprehension, _: Place) -> Iterator[tuple[str, Any]]:
    for at in range(len(node.ifs)):
        less = node.ifs[:at] + node.ifs[at + 1 :]
        yield "condition dropped", ast.comprehension(node.target, node.iter, less, node.is_async)


def _of_return(node: ast.Return, _: Place) -> Iterator[tuple[str, Any]]:
    if node.value is not None and ast.unparse(node.value) != "None":
        yield "return", ast.Return(ast.Constant(None))


def _of_statement(node: Any, place: Place) -> Iterator[tuple[str, Any]]:
    if place.field in {"body", "orelse", "finalbody"}:
        yield "statement dropped", ast.Pass()


def _is_code(node: ast.AST) -> bool:
    """A text that is a code or name, not words for people."""
    return (isinstance(node, ast.Constant) and isinstance(node.value, str)
            and re.fullmatch(r"[A-Za-z0-9_.:@-]*", node.value) is not None)  # fmt: skip


def _is_words(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_words(node.left) or _is_words(node.right)
    if isinstance(node, ast.JoinedStr):
        return True
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and not _is_code(node)


def _other(node: Any) -> ast.Constant:
    return ast.Constant(f"{node.value}_")


WAYS: tuple[tuple[Any, Callable[[Any, Place], Iterator[tuple[str, Any]]]], ...] = (
    (ast.Compare, _of_compare),
    (ast.BoolOp, _of_bool),
    (ast.BinOp, _of_binary),
    (ast.UnaryOp, _of_unary),
    (ast.Constant, _of_constant),
    (ast.Call, _of_call),
    ((ast.Tuple, ast.List, ast.Set), _of_list),
    (ast.Dict, _of_dict),
    (ast.IfExp, _of_choice),
    (ast.If, _of_if),
    (ast.comprehension, _of_loop),
    (ast.Return, _of_return),
    ((ast.Raise, ast.AugAssign, ast.Continue, ast.Break, ast.Expr), _of_statement),
)
