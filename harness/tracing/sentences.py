"""What is said of a statement: what it did, and of a branch or loop why it went that way."""

from __future__ import annotations

import ast

from harness.tracing.arithmetic import is_settled, worked_out
from harness.tracing.claims import span
from harness.tracing.moments import Moment, Site, is_told, moments
from harness.tracing.phrases import subject
from harness.tracing.voice import Voice, names, prints


def tell(voice: Voice, moment: Moment, site: Site, entered: bool) -> None:
    """Say what the statement of `moment` has done. entered: a loop that begins or ends has had a round."""
    node = site.node
    if not site.alone:
        reads = [getattr(node, "test", None) or getattr(node, "iter", None) or node]
        voice.say(f"The statement {span(site.text)}{voice.recalls(*reads)} {voice.effect(moment)}.")
    elif isinstance(node, ast.For):
        _for(voice, moment, site, node, entered)
    elif isinstance(node, ast.While):
        _while(voice, moment, site, node, entered)
    elif isinstance(node, ast.If):
        _if(voice, moment, node)
    elif isinstance(node, ast.Assert):
        test = span(voice.code.segment(node.test))
        voice.say(f"{test} is true{voice.test(node.test)}, so the assertion holds.{voice.rest(moment)}")
    elif isinstance(node, ast.ExceptHandler):
        _handler(voice, moment, site)
    elif isinstance(node, ast.match_case):
        fits = site.holds(moment.event.line)
        verb = "fits" if fits else "does not fit"
        voice.say(f"The pattern {span(site.text)} {verb}.{voice.rest(moment)}")
    elif isinstance(node, ast.Match):
        what = f"{span(voice.code.segment(node.subject))}{voice.recalls(node.subject)}"
        voice.say(f"We match {what}.{voice.rest(moment)}")
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        if node.name not in voice.definitions:
            voice.definitions.append(node.name)
        voice.defined_at = voice.indent
        if rest := voice.rest(moment):
            voice.say(rest.strip())
    else:
        _simple(voice, moment, site, node)


def _simple(voice: Voice, moment: Moment, site: Site, node: ast.AST) -> None:
    bare = not (moment.changes or moment.prints)
    if isinstance(node, ast.Break):
        voice.say(f"We leave the loop.{voice.rest(moment)}")
    elif isinstance(node, ast.Continue):
        voice.say(f"We go on with the next round.{voice.rest(moment)}")
    elif isinstance(node, ast.Pass | ast.Try | ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ):
        if rest := voice.rest(moment):
            voice.say(rest.strip())
    elif isinstance(node, ast.Return):
        if not bare:
            voice.say(f"On the way out, {span(site.text)} {voice.effect(moment)}.")
    elif isinstance(node, ast.With):
        if not bare:
            voice.say(f"{span(site.text)} {voice.effect(moment)}.")
    elif isinstance(node, ast.Delete) and bare:
        voice.say(f"{span(site.text)} removes what it names.")
    elif (
        isinstance(node, ast.Expr) and bare and (isinstance(node.value, ast.Yield) or _called(voice, moment))
    ):
        return  # what there is to say was said where it went on
    elif text := _plain_start(voice, moment, node):
        voice.say(text)
    else:
        value = getattr(node, "value", node)
        begin = subject(voice.code, node, site.text)
        stored = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
        settled = voice.code.noted(is_settled, node)
        if settled and (isinstance(node, ast.AugAssign) or stored):
            begin = _with_value(voice, begin, node.value)
        elif isinstance(node, ast.Assign) and isinstance(value, ast.Name) and moment.changes:
            begin = _copied(voice, begin, node, moment.changes[0][1])
        indices, tests = voice.code.noted(_indices, node), voice.inner(value)
        places = [each for each in indices if settled and not isinstance(each, ast.Name | ast.Constant)]
        recalls = voice.recalls(value, *indices, parts=[*tests, *places])
        voice.say(f"{begin}{recalls} {voice.effect(moment, node)}.")


def _called(voice: Voice, moment: Moment) -> bool:
    """True if the statement called a function that is told."""
    return moments(voice.trace)[moment.index - 1].event.event in ("return", "yield")


def _with_value(voice: Voice, begin: str, value: ast.expr) -> str:
    """Says what the right side of `x += ...` comes to."""
    known = None if isinstance(value, ast.Constant | ast.Name) else worked_out(value, voice.stage.lookup)
    code = span(voice.code.segment(value))
    if known is None or begin.count(code) != 1:
        return begin
    comma = "," if not begin.endswith(code) else ""
    return begin.replace(code, f"{code}, which is {span(known)}{comma}")


def _copied(voice: Voice, begin: str, node: ast.Assign, value: str) -> str:
    target = node.targets[0]
    if len(node.targets) != 1 or not isinstance(target, ast.Name):
        return begin
    source, name = span(voice.code.segment(node.value)), span(target.id)
    if value[:1] in "[{" or value.endswith(")"):
        return f"Making {name} another name for {source}"
    return f"Copying {source} to {name}"


def _plain_start(voice: Voice, moment: Moment, node: ast.AST) -> str:
    """`x = 0` and the like: the claim is the whole statement."""
    if not isinstance(node, ast.Assign) or moment.prints or not moment.changes:
        return ""
    target = node.targets[0]
    if (
        len(node.targets) != 1
        or not isinstance(target, ast.Name)
        or [name for name, _ in moment.changes] != [target.id]
    ):
        return ""
    source, value = voice.code.segment(node.value), moment.changes[0][1]
    first = voice.stage.lookup(target.id) is None
    role = voice.roles_of(moment.event.func).get(target.id, "") if first else ""
    role = f", {role}" if role else ""
    if isinstance(node.value, ast.Constant) or source == value:
        return f"We set {voice.values(moment.changes)}{role}."
    if role:
        begin = subject(voice.code, node, source)
        return f"{begin}{voice.recalls(node.value)} gives {voice.values(moment.changes)}{role}."
    return ""


def _for(voice: Voice, moment: Moment, site: Site, node: ast.For, entered: bool) -> None:
    target = voice.code.noted(names, node.target)
    changed = {name for name, _ in moment.changes}
    held = [(name, voice.stage.lookup(name)) for name in target if name not in changed]
    same = [(name, value) for name, value in held if value is not None and is_told(value)]
    if moment.round is None and not moment.ends:
        voice.say(f"{span(site.text)} {voice.effect(moment)}.") if moment.changes or moment.prints else None
        return
    if moment.ends:
        if not entered:
            recalls = voice.recalls(node.iter)
            voice.say(f"{span(site.text)} finds nothing to go over{recalls}.{voice.rest(moment)}")
        else:
            voice.say(f"There is nothing left for {span(site.text)}, so the loop ends.{voice.rest(moment)}")
        return
    if moment.round == 1:
        voice.say(f"The loop {span(site.text)} begins{voice.recalls(node.iter)}.")
    voice.indent += 1
    if moment.changes:
        text = f"Round {moment.round}: {voice.values(moment.changes)}"
        text += f"; as before ({voice.values(same)})." if same else "."
    elif same:
        text = f"Round {moment.round}: again ({voice.values(same)})."
    else:
        text = f"Round {moment.round} begins."
    if moment.prints:
        text += f" On the way it {prints(moment.prints)}."
    voice.say(text)


def _while(voice: Voice, moment: Moment, site: Site, node: ast.While, entered: bool) -> None:
    test = span(voice.code.segment(node.test))
    always = isinstance(node.test, ast.Constant)
    if moment.round is not None:
        if moment.round == 1:
            voice.say(f"The loop {span(site.text)} begins.")
        voice.indent += 1
        text = f"Round {moment.round}"
        text += " begins." if always else f": {test} is true{voice.test(node.test)}."
        voice.say(text + voice.rest(moment))
    elif moment.ends and not always:
        end = "the loop ends" if entered else "the loop does not start"
        voice.say(f"{test} is false{voice.test(node.test)}, so {end}.{voice.rest(moment)}")
    elif rest := voice.rest(moment):
        voice.say(rest.strip())


def _if(voice: Voice, moment: Moment, node: ast.If) -> None:
    if moment.truth is None:
        if rest := voice.rest(moment):
            voice.say(rest.strip())
        return
    test = span(voice.code.segment(node.test))
    if moment.truth:
        then = "so we enter the block"
    elif not node.orelse:
        then = "so we skip the block"
    elif voice.code.lines[node.orelse[0].lineno - 1].lstrip().startswith("elif"):
        then = "so we try the next condition"
    else:
        then = "so we take the other branch"
    truth = "true" if moment.truth else "false"
    voice.say(f"{test} is {truth}{voice.test(node.test)}, {then}.{voice.rest(moment)}")


def _handler(voice: Voice, moment: Moment, site: Site) -> None:
    if site.holds(moment.event.line) and moment.event.event == "line":
        changes = f": {voice.values(moment.changes)}" if moment.changes else ""
        extra = f" This {prints(moment.prints)}." if moment.prints else ""
        voice.say(f"{span(site.text)} catches the exception{changes}.{extra}")
    else:
        voice.say(f"{span(site.text)} does not match.{voice.rest(moment)}")


def _indices(node: ast.AST) -> list[ast.AST]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [
        each.slice
        for target in targets
        if target is not None
        for each in ast.walk(target)
        if isinstance(each, ast.Subscript)
    ]
