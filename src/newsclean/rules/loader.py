"""From TOML files to a :class:`RuleSet`; the one door for the shipped rules and for a user's own.

A file holds ``[[rule]]`` tables and, where wanted, ``[pack]`` (``language``), ``[fragments]`` (pieces of
patterns, used as ``{{name}}``) and ``[vocabulary]``. Fragments of ``any.toml`` may be used everywhere. A list
``protect`` at its top holds patterns of text that nothing may remove, as ``Cleaner(protect=...)`` takes them.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex

from newsclean.errors import FileError, OptionError, RuleFileError
from newsclean.files import shipped_text
from newsclean.rules.hostile import hard_line
from newsclean.rules.schema import LONGEST, Rule, Vocabulary, wrong_with

__all__ = ["RuleSet", "load_rule_file", "rule_set_of", "shipped_languages", "shipped_rules"]


_MOST_PARTS = 64
_LONG_KEY = regex.compile(
    rf"""(?<![\w"'-])(?:(?:[\w-]++|"[^"]{{0,99}}"|'[^']{{0,99}}')[ \t]*+\.[ \t]*+){{{_MOST_PARTS}}}"""
)
_TABLE = regex.compile(r"\s*\[\[\s*rule\s*\]\]")


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules with unique ids, in a fixed order, and the vocabularies that came with them."""

    rules: tuple[Rule, ...] = ()
    vocabularies: tuple[Vocabulary, ...] = ()
    protect: tuple[str, ...] = ()
    """Patterns of text that nothing may remove."""
    added: frozenset[str] = frozenset()
    """Ids of the rules that do not come with the package: their patterns run against the clock."""

    def plus(self, other: RuleSet, *, source: str) -> RuleSet:
        """Return both together; an id that both have is a fault of *source*."""
        mine = {rule.id for rule in self.rules}
        twice = [rule.id for rule in other.rules if rule.id in mine]
        if twice:
            raise RuleFileError(source, tuple(f"the id {i!r} is taken by another rule" for i in twice))
        return RuleSet(
            self.rules + other.rules,
            self.vocabularies + other.vocabularies,
            self.protect + other.protect,
            self.added | other.added,
        )

    def find(self, rule_id: str) -> Rule | None:
        """Return the rule of this id, or None."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


def load_rule_file(path: str | os.PathLike[str]) -> RuleSet:
    """Return the rules of one TOML file.

    Raises:
        FileError: the file cannot be read.
        RuleFileError: it has faults; all of them are listed.
    """
    try:
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
    except OSError as error:
        raise FileError(f"{path}: cannot read this rule file ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise RuleFileError(str(path), (f"not UTF-8 at byte {error.start}; save it as UTF-8",)) from error
    except ValueError as error:  # of a path that no file can have
        raise FileError(f"{path!r}: cannot read this rule file ({error}); check the path") from error
    return _parse(text, source=str(path), fragments=_shared_fragments())


def rule_set_of(rule: Rule) -> RuleSet:
    """Return *rule*, which a caller made, as a set of its own.

    Raises:
        RuleFileError: it has faults that a rule file may not have either.
    """
    table: dict[str, Any] = {}
    for name, value in dataclasses.asdict(rule).items():
        if name != "language" and (value or name not in ("phrases", "regex", "known_misses")):
            table[name] = list(value) if isinstance(value, tuple) else value
    faults: list[str] = []
    Rule.parse(table, place="Rule", language=rule.language, fragments={}, faults=faults)
    if faults:
        raise RuleFileError("rules=", tuple(faults))
    return RuleSet((rule,), added=frozenset({rule.id}))


@cache
def shipped_languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a pack, ``any`` left out.

    >>> "en" in shipped_languages() and "any" not in shipped_languages()
    True
    """
    from importlib import resources  # here, not above: `import newsclean` needs no rules yet, and this is a tenth of it

    names = (entry.name for entry in resources.files(__package__).iterdir())
    return tuple(sorted(n.removesuffix(".toml") for n in names if n.endswith(".toml") and n != "any.toml"))


@cache
def shipped_rules(languages: tuple[str, ...] | None = None) -> RuleSet:
    """Return the shipped rules of *languages* (None: all), always with those of ``any``.

    Raises:
        OptionError: a language has no pack.
    """
    known = shipped_languages()
    wanted = known if languages is None else languages
    for code in wanted:
        if code not in known:
            raise OptionError(f"there are no rules for language {code!r}; there are packs for {', '.join(known)}")
    together = _shipped("any")
    for code in sorted(set(wanted)):
        together = together.plus(_shipped(code), source=f"{code}.toml")
    return together


@cache
def _shipped(code: str) -> RuleSet:
    source = f"{code}.toml"
    fragments = {} if code == "any" else _shared_fragments()
    return _parse(_shipped_text(code), source=source, fragments=fragments, compile_patterns=False)


def _shipped_text(code: str) -> str:
    return shipped_text(__package__, f"{code}.toml")


@cache
def _shared_fragments() -> Mapping[str, str]:
    import tomllib

    return _resolve(tomllib.loads(_shipped_text("any")).get("fragments", {}), {}, [])


def _parse(text: str, *, source: str, fragments: Mapping[str, str], compile_patterns: bool = True) -> RuleSet:
    import tomllib

    faults: list[str] = []
    written = text.split("\n")
    # Of a long key tomllib takes the square of its length, hours for a megabyte.
    if any(line.count(".") >= _MOST_PARTS and _LONG_KEY.search(line) for line in written):
        raise RuleFileError(source, ("a key has more than 64 parts with dots between; no rule has such a key",))
    try:
        data = tomllib.loads(text)
    except ValueError as error:  # tomllib's own, and int's for a number of thousands of digits
        raise RuleFileError(source, (f"not valid TOML: {error}",)) from error
    except RecursionError as error:
        raise RuleFileError(source, ("its lists or tables are nested too deeply",)) from error
    for name in sorted(set(data) - {"pack", "fragments", "vocabulary", "rule", "protect"}):
        faults.append(
            f"unknown table [{name}]; the tables are [pack], [fragments], [vocabulary] and [[rule]], the list protect"
        )
    pack = data.get("pack", {})
    language = pack.get("language", "any") if isinstance(pack, dict) else None
    if not isinstance(language, str):
        faults.append('[pack] must be a table with a language: language = "en"')
        language = "any"
    fragments = {**fragments, **_resolve(data.get("fragments", {}), fragments, faults)}
    vocabularies: tuple[Vocabulary, ...] = ()
    if "vocabulary" in data:
        vocabularies = (Vocabulary.parse(data["vocabulary"], language=language, faults=faults),)
    rules: list[Rule] = []
    tables = data.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        faults.append("rules are tables: write [[rule]] above each")
        tables = []
    lines = [n for n, line in enumerate(written, 1) if "[[" in line and _TABLE.match(line)]
    for number, table in enumerate(tables):
        place = f"line {lines[number]}" if len(lines) == len(tables) else f"rule {number + 1}"
        rule = Rule.parse(
            table, place=place, language=language, fragments=fragments, faults=faults, compile_patterns=compile_patterns
        )
        if rule is not None:
            rules.append(rule)
    faults.extend(f"the id {i!r} is given to two rules" for i in _repeated(rule.id for rule in rules))
    protect = _protect(data.get("protect", []), faults)
    if faults:
        raise RuleFileError(source, tuple(faults))
    added = frozenset(rule.id for rule in rules) if compile_patterns else frozenset()
    return RuleSet(tuple(rules), vocabularies, protect, added)


def _protect(patterns: Any, faults: list[str]) -> tuple[str, ...]:
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        faults.append('protect is a list of patterns: protect = ["hide \\\\w+"]')
        return ()
    for pattern in patterns:
        if wrong := wrong_with(pattern):
            faults.append(f"protect: {pattern!r}: {wrong}")
        elif line := hard_line(pattern, "inline"):
            faults.append(f"protect: {pattern!r} takes over 2 s on a line like {line[:40]!r}; repeats inside repeats?")
    return tuple(patterns)


def _resolve(table: Any, known: Mapping[str, str], faults: list[str]) -> dict[str, str]:
    """Return the fragments of *table*, each with the ones before it put in."""
    resolved: dict[str, str] = {}
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        faults.append("[fragments] must hold strings")
        return resolved
    for name, value in table.items():
        for other, text in {**known, **resolved}.items():
            value = value.replace("{{" + other + "}}", f"(?:{text})")
            if len(value) > LONGEST:  # a few that double each other would fill the memory
                faults.append(f"[fragments]: {name!r} has over {LONGEST:,} characters with others put in; shorten it")
                return resolved
        resolved[name] = value
    return resolved


def _repeated(ids: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [i for i in ids if i in seen or seen.add(i)]  # type: ignore[func-returns-value]  # set.add gives None: falsy
