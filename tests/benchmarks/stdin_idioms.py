"""How a program reads stdin, stripped of everything that belongs to its problem and not to the reading.

An idiom is the set of a program's reading forms. A form is the largest expression, unpacking or loop head
around a mention of stdin in which nothing but reading happens: splitting, converting, iterating, collecting.
Names of the program's own are `_` in it, and how many values are unpacked does not count.
"""

from __future__ import annotations

import ast
import re

SOURCES = {"input", "stdin", "open", "fileinput", "FileIO", "os"}
READING = SOURCES | {
    *re.findall(
        r"\w+",
        """int float str bytes complex map list tuple set frozenset iter next zip enumerate range
    split strip rstrip splitlines partition replace decode encode
    read readall readline readlines buffer fileno BytesIO StringIO TextIOWrapper reader
    findall literal_eval islice __next__""",
    )
}
MODULES = {"sys", "io", "csv", "codecs", "re", "itertools"}


def idiom(program: str) -> frozenset[str]:
    """The forms in which `program` reads stdin; empty if it does not."""
    tree = ast.parse(program)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    return frozenset(_form(node, parents) for node in ast.walk(tree) if _mentions_stdin(node))


def _mentions_stdin(node: ast.AST) -> bool:
    match node:
        case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name, ctx=ast.Load()):
            return name in SOURCES
    return False


def _form(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str:
    while node in parents and _only_reads(parents[node], node):
        node = parents[node]
    match node:
        case ast.For() | ast.While() | ast.With():
            head = ast.unparse(node).split("\n")[0]
            return ast.unparse(_Anonymous().visit(ast.parse(f"{head} ...")))
        case ast.Assign(targets=[ast.Tuple() | ast.List() as target]):
            rest = any(isinstance(each, ast.Starred) for each in target.elts)
            return f"{'_, *_' if rest else '_, _'} = {_form(node.value, {})}"
    return ast.unparse(_Anonymous().visit(ast.parse(ast.unparse(node))))


def _only_reads(parent: ast.AST, child: ast.AST) -> bool:
    match parent:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in READING
        case ast.Assign(targets=[target]):
            return isinstance(target, ast.Tuple | ast.List)
        case ast.For(iter=head) | ast.While(test=head):
            return head is child
        case ast.BinOp() | ast.Compare() | ast.BoolOp() | ast.IfExp() | ast.Call():
            return False
    return isinstance(parent, ast.expr | ast.comprehension | ast.withitem | ast.With)


class _Anonymous(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.Name:
        known = node.id in READING | MODULES and isinstance(node.ctx, ast.Load)
        return ast.Name(node.id if known else "_", node.ctx)

    def visit_Tuple(self, node: ast.Tuple) -> ast.expr:
        return ast.Name("_", node.ctx) if isinstance(node.ctx, ast.Store) else self.generic_visit(node)
