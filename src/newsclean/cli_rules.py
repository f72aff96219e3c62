"""``newsclean rules``: the rules as they are, one in full, and a trial of a file of one's own."""

from __future__ import annotations

from collections.abc import Iterator

import click
import rich.console
import rich.text

from newsclean.clean.cleaner import DETECTORS
from newsclean.clean.selfcheck import examine
from newsclean.cli_complete import files, rule_ids
from newsclean.cli_text import one_line, plural, say, visible
from newsclean.errors import OptionError
from newsclean.rules import KINDS, load_rule_file, shipped_languages, shipped_rules

__all__ = ["rules"]

_STRENGTHS = {
    "A": "removes on its own",
    "B": "removes with a second sign, such as standing outside the prose",
    "C": "only flags; --profile strict removes",
}
_MATCHES = {
    "line": "the whole line goes",
    "lines": "the whole phrase goes, also broken over lines",
    "prefix": "the beginning of a line goes, its rest stays",
    "suffix": "the end of a line goes, its rest stays",
    "inline": "a part of a line goes, its rest stays",
    "block": "a heading goes with the lines under it, until prose returns",
}
_ZONES = {
    "any": "anywhere",
    "head": "before the prose",
    "tail": "after the prose",
    "edge": "before or after the prose",
    "first": "the first line",
}


@click.group()
def rules() -> None:
    """List the rules, show one, or test a file of your own.

    A rule says which words announce which kind of dirt, how sure that is, and holds examples of what it must catch
    and what it must leave. Your own files enter with --rules.
    """


@rules.command("list")
@click.option("--kind", type=click.Choice(sorted(KINDS)), help="Only rules of this kind.")
@click.option("--language", type=click.Choice(["any", *shipped_languages()]), help="Only rules of this language.")
def rules_list(kind: str | None, language: str | None) -> int:
    """List the rules and detectors: id, language, how it matches, strength, and why it removes what it finds.

    \b
    newsclean rules list --kind ad_marker --language de
    """
    rows: list[tuple[str, ...]] = [
        (rule.id, rule.kind, rule.language, rule.match, rule.strength, rule.why) for rule in shipped_rules().rules
    ]
    rows += [(name, name.partition(".")[0], "any", "detector", "", why) for name, why in DETECTORS.items()]
    rows = [row for row in rows if kind in (None, row[1]) and language in (None, row[2])]
    for row in sorted(rows):
        click.echo(f"{row[0]:<36} {row[2]:<4} {row[3]:<9} {row[4]:<2} {row[5]}")
    return 0


@rules.command("show")
@click.argument("id", shell_complete=rule_ids)
def rules_show(id: str) -> int:
    """Show all of one rule: why it is there, what it must catch, what it must leave, and its words.

    ID is what a report or `newsclean rules list` names.

    \b
    newsclean rules show ad_marker.label_en
    """
    console = rich.console.Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for style, line in _shown(id):
        console.print(rich.text.Text(visible(line), style))
    return 0


def _shown(id: str) -> Iterator[tuple[str, str]]:
    """Yield lines with their styles."""
    if id in DETECTORS:
        yield "bold", id
        yield "", f"  {DETECTORS[id]}"
        yield "", ""
        yield "", "  A detector: it looks at neighbours and shapes, and is no rule file's."
        return
    found = next((rule for rule in shipped_rules().rules if rule.id == id), None)
    if found is None:
        raise OptionError(f"there is no rule {id!r}; `newsclean rules list` shows all")
    yield "bold", found.id
    yield "", f"  {found.why}"
    yield "", ""
    yield "", f"  strength  {found.strength}: {_STRENGTHS[found.strength]}"
    yield "", f"  match     {found.match}: {_MATCHES[found.match]}"
    yield "", f"  zone      {found.zone}: {_ZONES[found.zone]}"
    yield "", f"  language  {found.language}"
    yield "dim", f"  source    {found.source}"
    yield from _examples("must catch (hits)", "red", found.hits)
    yield from _examples("must leave (keeps)", "green", found.keeps)
    yield from _examples("should catch and does not yet (known_misses)", "yellow", found.known_misses)
    yield from _examples("phrases", "", found.phrases)
    yield from _examples("pattern", "", tuple(found.regex.splitlines()))


def _examples(heading: str, style: str, examples: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if examples:
        yield "", ""
        yield "", f"  {heading}:"
        yield from ((style, f"    {example}") for text in examples for example in text.split("\n"))


@rules.command("test")
@click.argument("file", shell_complete=files)
def rules_test(file: str) -> int:
    """Test a rule file: every hit is caught, no near miss is, and no pattern is slow; beside the shipped rules.

    All faults are reported at once. When there is none, give the file to run, clean or explain with --rules.

    \b
    newsclean rules test my-rules.toml
    """
    mine = load_rule_file(file)
    faults = examine(mine, beside=shipped_rules())
    for fault in faults:
        say(f"{file}: {fault}")
    if faults:
        counts = f"{plural(len(faults), 'fault')} in {plural(len(mine.rules), 'rule')}"
        say(f"newsclean: error: {file}: {counts}; mend the pattern or the example")
        return 1
    click.echo(f"{one_line(file)}: {plural(len(mine.rules), 'rule')}, every hit caught, every near miss left alone")
    return 0
