"""The ways in which a line of code may be wrong by little, as other sources of the same module.

Left out is what no test should hold to: documentation, types, and the wording of errors.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARED = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
_COUNTED = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "//", ast.Div: "*", ast.FloorDiv: "*", ast.Mod: "//", ast.Pow: "*",
    ast.LShift: ">>", ast.RShift: "<<", ast.BitAnd: "|", ast.BitOr: "&", ast.BitXor: "|",
}  # fmt: skip
_WORDING = (ast.Raise, ast.Assert, ast.JoinedStr, ast.Import, ast.ImportFrom)
_TYPES = ("annotation", "returns", "decorator_list")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one place changed."""

    path: str
    line: int
    before: str
    after: str
    source: str

    @property
    def name(self) -> str:
        """Return the place and the change on one line."""
        before, after = (" ".join(part.split())[:90] for part in (self.before, self.after))
        return f"{self.path}:{self.line}: {before}  ->  {after}"


def mutants_of(path: str, source: str) -> Iterator[Mutant]:
    """Yield the mutants of a module's *source*, in the order of their places."""
    data = source.encode()
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node in _walk(ast.parse(source)):
        for place, after in _changes(node):
            assert place.end_lineno is not None
            assert place.end_col_offset is not None
            begin = starts[place.lineno - 1] + place.col_offset
            end = starts[place.end_lineno - 1] + place.end_col_offset
            changed = (data[:begin] + after.encode() + data[end:]).decode()
            try:
                compile(changed, path, "exec")
            except SyntaxError:
                continue
            yield Mutant(path, place.lineno, data[begin:end].decode(), after, changed)


def _walk(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Yield what may be changed below *node*."""
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if name in _TYPES or not isinstance(child, ast.AST) or isinstance(child, _WORDING) or _says(child):
                continue
            if isinstance(child, ast.expr | ast.stmt):
                yield child
            yield from _walk(child)


def _says(node: ast.AST) -> bool:
    """Whether *node* is documentation, a type, or for type checkers alone."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]) | ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")) | ast.Call(func=ast.Name(id="cast" | "TypeVar")):
            return True
    return False


def _changes(node: ast.expr | ast.stmt) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Yield what is replaced, *node* or a part of it, and by what."""
    say = ast.unparse
    match node:
        case ast.Compare(ops=[only]):
            yield node, f"(({say(node.left)}) {_COMPARED[type(only)]} ({say(node.comparators[0])}))"
        case ast.BinOp() if type(node.op) in _COUNTED:
            yield node, f"(({say(node.left)}) {_COUNTED[type(node.op)]} ({say(node.right)}))"
        case ast.BoolOp():
            other = " or " if isinstance(node.op, ast.And) else " and "
            yield node, "(" + other.join(f"({say(value)})" for value in node.values) + ")"
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node, f"({say(node.operand)})"
        case ast.Constant(value=bool() as value):
            yield node, str(not value)
        case ast.Constant(value=int() | float() as value):
            yield node, f"({value!r} + 1)"
        case ast.Constant(value=str() as value) if value:
            yield node, repr(f"XX{value}")
        case ast.If() | ast.While() | ast.IfExp():
            yield node.test, f"(not ({say(node.test)}))"
        case ast.Return(value=ast.expr() as value) if say(value) != "None":
            yield node, "return None"
        case ast.Break():
            yield node, "continue"
        case ast.Continue():
            yield node, "break"
        case ast.Expr() | ast.AugAssign():
            yield node, "pass"
