"""``newsclean rules``: the rules listed, shown, and those of a user's own file tested."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import click

from newsclean.clean.cleaner import DETECTORS
from newsclean.clean.selfcheck import examine
from newsclean.cli_progress import plural, visible
from newsclean.errors import OptionError
from newsclean.rules import KINDS, Rule, load_rule_file, shipped_languages, shipped_rules

__all__ = ["rules"]


@click.group()
def rules() -> None:
    """List the rules, show one, or test a file of your own."""


@rules.command("list")
@click.option("--kind", type=click.Choice(sorted(KINDS)), help="Only rules of this kind.")
@click.option("--language", type=click.Choice(["any", *shipped_languages()]), help="Only rules of this language.")
def rules_list(kind: str | None, language: str | None) -> int:
    """List the rules and detectors: id, language, how it matches, strength, and why it removes what it finds."""
    rows: list[tuple[str, ...]] = [
        (rule.id, rule.kind, rule.language, rule.match, rule.strength, rule.why) for rule in shipped_rules().rules
    ]
    rows += [(name, name.partition(".")[0], "any", "detector", "", why) for name, why in DETECTORS.items()]
    rows = [row for row in rows if kind in (None, row[1]) and language in (None, row[2])]
    for row in sorted(rows):
        click.echo(f"{row[0]:<36} {row[2]:<4} {row[3]:<9} {row[4]:<2} {row[5]}")
    return 0


@rules.command("show")
@click.argument("id")
def rules_show(id: str) -> int:
    """Show all of one rule: what it matches, what it must catch and what it must leave."""
    if id in DETECTORS:
        click.echo(
            f"{id}\n  {DETECTORS[id]}\n  A detector: it looks at neighbours and shapes, and is not a rule file's."
        )
        return 0
    for rule in shipped_rules().rules:
        if rule.id == id:
            click.echo("\n".join(_shown(rule)))
            return 0
    raise OptionError(f"there is no rule {id!r}; `newsclean rules list` shows all")


def _shown(rule: Rule) -> Iterator[str]:
    yield rule.id
    for field in dataclasses.fields(rule):
        value = getattr(rule, field.name)
        if field.name == "id" or value in (None, (), ""):
            continue
        if isinstance(value, tuple):
            yield f"  {field.name}:"
            yield from (f"    {entry}" for entry in value)
        else:
            yield f"  {field.name}: {value}"


@rules.command("test")
@click.argument("file")
def rules_test(file: str) -> int:
    """Test a rule file: every hit is caught, no near miss is, and no pattern is slow; beside the shipped rules."""
    mine = load_rule_file(file)
    faults = examine(mine, beside=shipped_rules())
    for fault in faults:
        click.echo(f"{file}: {fault}", err=True)
    if faults:
        many = f"{plural(len(faults), 'fault')} in {plural(len(mine.rules), 'rule')}"
        click.echo(visible(f"newsclean: error: {file}: {many}; mend the pattern or the example"), err=True)
        return 1
    click.echo(f"{file}: {plural(len(mine.rules), 'rule')}, every hit caught, every near miss left alone")
    return 0
