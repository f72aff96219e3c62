"""Completion in the shell: the script for it, and what can stand where a word is asked for."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem, get_completion_class

__all__ = ["VARIABLE", "completion", "files", "kinds_and_rules", "rule_ids"]

VARIABLE = "_NEWSCLEAN_COMPLETE"
"""While the shell asks for words, this is set in the environment."""
SHELLS = ("bash", "zsh", "fish")


def files(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return that the shell's own file names fit."""
    return [CompletionItem(incomplete, type="file")]


def rule_ids(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the ids of rules and detectors that begin with *incomplete*, with their reasons."""
    from newsclean.clean.cleaner import DETECTORS
    from newsclean.rules import shipped_rules

    known = {rule.id: rule.why for rule in shipped_rules().rules} | DETECTORS
    return [CompletionItem(id, help=known[id]) for id in sorted(known) if id.startswith(incomplete)]


def kinds_and_rules(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the kinds, then the rules of the kind before a dot, that begin with *incomplete*."""
    from newsclean.rules import KINDS

    kinds = [CompletionItem(kind) for kind in sorted(KINDS) if kind.startswith(incomplete)]
    return kinds + (rule_ids(context, parameter, incomplete) if "." in incomplete else [])


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """Print the script that completes newsclean's commands, options, kinds and rule ids in SHELL.

    \b
    For bash, in ~/.bashrc:  eval "$(newsclean completion bash)"
    For zsh, in ~/.zshrc:    eval "$(newsclean completion zsh)"
    For fish:                newsclean completion fish > ~/.config/fish/completions/newsclean.fish
    """
    made = get_completion_class(shell)
    assert made is not None  # click ships all of SHELLS
    click.echo(made(context.find_root().command, {}, "newsclean", VARIABLE).source())
    return 0
