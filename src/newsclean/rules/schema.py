"""What a rule is: its fields, what they may hold, and how a table read from TOML becomes a :class:`Rule`.

Every check appends to a list of faults instead of raising, so that the author of a rule file sees all of
them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias, get_args

import regex

from newsclean.rules.hostile import hard_line
from newsclean.text.alphabet import TRIMMED

__all__ = [
    "KINDS",
    "LONGEST",
    "MATCHES",
    "STRENGTHS",
    "ZONES",
    "Match",
    "Rule",
    "Strength",
    "Vocabulary",
    "Zone",
    "wrong_with",
]

Strength: TypeAlias = Literal["A", "B", "C"]
Match: TypeAlias = Literal["line", "prefix", "suffix", "inline", "lines", "block"]
Zone: TypeAlias = Literal["any", "first", "head", "tail", "edge"]

STRENGTHS: tuple[str, ...] = get_args(Strength)
MATCHES: tuple[str, ...] = get_args(Match)
ZONES: tuple[str, ...] = get_args(Zone)

KINDS: frozenset[str] = frozenset(
    [
        "ad_marker",
        "ad_continue",
        "video_promo",
        "read_more",
        "related_block",
        "most_read",
        "newsletter",
        "subscribe_paywall",
        "app_channel",
        "social_follow",
        "share_widget",
        "counter",
        "comment_prompt",
        "consent",
        "form_state",
        "caption_repeat",
        "line_repeat",
        "caption_single",
        "photo_credit",
        "gallery_player",
        "byline",
        "author_bio",
        "timestamp",
        "read_time",
        "meta_prefix",
        "dateline",
        "agency_credit",
        "copyright",
        "affiliate",
        "editor_note",
        "source_line",
        "tags_category",
        "nav_ui",
        "teaser_caps",
        "headline_repeat",
        "embed_residue",
        "template_residue",
        "widget_data",
        "tts_audio",
        "donation",
        "helpline",
        "separator",
        "site_recurring",
        "boilerplate",
        "custom",
    ]
)
"""What a finding may be. ``site_recurring`` is for lines that a site profile knows, ``boilerplate`` for lines that no
single sign names and many together give away; ``custom`` is for rules of your own that fit no other kind."""

_ID = regex.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")
_MAX_WORDS = 40
_MOST_WORDS = 600  # no longer line is offered to whole-line rules
LONGEST = 100_000
"""Characters that a pattern may have with its fragments put in; the longest shipped one has a tenth of it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: which words announce which kind of dirt, how sure that is, and what must never be hit.

    A rule matches without regard to case, and with typographic quotes, dashes and no-break spaces read as plain
    ones. Exactly one of ``phrases`` and ``regex`` is given.
    """

    id: str
    """Stable name, ``kind.what`` or ``kind.what_language``: reports and policies refer to it."""
    kind: str
    """One of :data:`KINDS`."""
    match: Match
    """``line``: the whole line (dropped). ``lines``: a phrase that may be broken over up to four lines (dropped).
    ``prefix``, ``suffix``, ``inline``: a part of a line (stripped, the rest stays). ``block``: a heading that owns the
    lines under it until prose returns (all dropped)."""
    strength: Strength
    """``A``: removed on its own. ``B``: removed with one corroborating sign. ``C``: flagged only."""
    why: str
    """One sentence for the report: why this is no reporting."""
    source: str
    """Where it was seen."""
    hits: tuple[str, ...]
    """Texts this rule must catch (two or more)."""
    keeps: tuple[str, ...]
    """Near misses that no rule may touch (two or more)."""
    phrases: tuple[str, ...] = ()
    regex: str = ""
    """A pattern of the ``regex`` package, for the whole line or part. ``(?-i:\\p{Lu})`` asks for a capital."""
    zone: Zone = "any"
    """Where it may stand: ``head`` before the first prose line, ``tail`` after the last, ``edge`` either, ``first`` the
    first line that is not blank."""
    max_words: int = _MAX_WORDS
    """Longest line in words that it may touch (``line`` only)."""
    known_misses: tuple[str, ...] = ()
    """Texts that should be caught and are not yet."""
    language: str = "any"
    """ISO 639-1 code of the pack it came from, or ``any``."""

    @staticmethod
    def parse(
        table: Mapping[str, Any],
        *,
        place: str,
        language: str,
        fragments: Mapping[str, str],
        faults: list[str],
        compile_patterns: bool = True,
    ) -> Rule | None:
        """Return the rule that *table* describes, or None after appending what is wrong with it to *faults*.

        ``{{name}}`` in a regex is replaced by the fragment of that name. Without *compile_patterns* the regex is taken
        on trust: compiling is dear, and the shipped patterns are compiled by the tests.
        """
        before = len(faults)
        where = f"{place} ({table['id']})" if isinstance(table.get("id"), str) else place

        def fault(message: str) -> None:
            faults.append(f"{where}: {message}")

        known = {f.name for f in fields(Rule)} - {"language"}
        for name in sorted(set(table) - known):
            fault(f"unknown field {name!r}; the fields are {', '.join(sorted(known))}")
        for name in ("id", "kind", "match", "strength", "why", "source", "hits", "keeps"):
            if name not in table:
                fault(f"field {name!r} is missing")
        for name in ("id", "kind", "match", "strength", "why", "source", "regex", "zone"):
            if name in table and (not isinstance(table[name], str) or not table[name].strip()):
                fault(f"field {name!r} must be a string that is not empty")
        for name in ("hits", "keeps", "phrases", "known_misses"):
            value = table.get(name, ())
            if name in table and not (
                isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)
            ):
                fault(f"field {name!r} must be a list of strings, none of them empty")
            elif name in ("hits", "keeps") and name in table and len(value) < 2:
                fault(f"field {name!r} needs two or more examples")
        for name, allowed in (("match", MATCHES), ("strength", STRENGTHS), ("zone", ZONES), ("kind", sorted(KINDS))):
            if isinstance(table.get(name), str) and table[name] not in allowed:
                fault(f"{name} {table[name]!r} is not one of {', '.join(allowed)}")
        if isinstance(table.get("id"), str) and not _ID.fullmatch(table["id"]):
            fault("an id is lower-case words joined by dots, such as 'ad_marker.label_en'")
        if ("phrases" in table) == ("regex" in table):
            fault("give exactly one of 'phrases' and 'regex'")
        if "phrases" in table and table["phrases"] == []:
            fault("field 'phrases' is empty")
        if len(faults) == before and table["match"] in ("line", "lines", "block"):
            for phrase in table.get("phrases", ()):
                if not phrase.strip(TRIMMED).strip():
                    fault(
                        f"the phrase {phrase!r} is nothing but symbols, which phrases are compared without; use a regex"
                    )
        if "regex" in table and table.get("match") == "lines":
            fault("match 'lines' takes 'phrases', not a regex")
        words = table.get("max_words", _MAX_WORDS)
        if not isinstance(words, int) or isinstance(words, bool) or not 1 <= words <= _MOST_WORDS:
            fault(f"field 'max_words' must be a whole number from 1 to {_MOST_WORDS}")
        pattern = table.get("regex", "")
        if isinstance(pattern, str) and pattern:
            pattern = _with_fragments(pattern, fragments, fault)
            if compile_patterns and (wrong := wrong_with(pattern)):
                fault(wrong)
            elif (
                compile_patterns
                and len(faults) == before
                and (line := hard_line(pattern, table["match"], table["hits"]))
            ):
                fault(f"the regex takes over 2 s on a line like {line[:40]!r}; it has repeats inside repeats")
        if len(faults) > before:
            return None
        lists = {n: tuple(table[n]) for n in ("hits", "keeps", "phrases", "known_misses") if n in table}
        return Rule(**{**table, **lists, "regex": pattern, "language": language})


def wrong_with(pattern: str) -> str | None:
    """Return what is wrong with *pattern* of a user's file, or None."""
    try:
        matches_empty = regex.compile(f"(?:{pattern})", regex.IGNORECASE).fullmatch("", timeout=1.0)
    except (regex.error, OverflowError) as error:
        return f"the regex does not compile: {error}"
    except RecursionError:
        return "the regex does not compile: its groups are nested too deeply"
    except (MemoryError, TimeoutError):
        return "the regex never ends, even on an empty text: it calls itself without reading anything"
    return "the regex matches an empty text" if matches_empty else None


def _with_fragments(pattern: str, fragments: Mapping[str, str], fault: Callable[[str], None]) -> str:
    def replace(found: regex.Match[str]) -> str:
        name = found[1]
        if name not in fragments:
            fault(f"the regex names a fragment {name!r} that is not defined; known: {', '.join(sorted(fragments))}")
            return "x"
        return f"(?:{fragments[name]})"

    filled: str = regex.sub(r"\{\{(\w+)\}\}", replace, pattern)
    if len(filled) > LONGEST:
        fault(f"the regex has over {LONGEST:,} characters with its fragments put in; shorten it")
        return "x"
    return filled


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one language that the date, byline and dateline grammars need; all lower-case.

    A language without an entry simply has no such grammar.
    """

    language: str = "any"
    months: tuple[tuple[str, ...], ...] = ()
    """Twelve entries, each with all spellings of that month."""
    weekdays: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    """Cues before a publication date: ``published``, ``veröffentlicht am``."""
    updated: tuple[str, ...] = ()
    """Cues before the date of a change."""
    fillers: tuple[str, ...] = ()
    """Words that may stand between the parts of a date or time: ``at``, ``Uhr``, ``de``."""
    byline: tuple[str, ...] = ()
    """Cues before an author's name: ``by``, ``von``."""
    joiners: tuple[str, ...] = ()
    """Words between two names: ``and``, ``und``."""
    roles: tuple[str, ...] = ()
    """What may follow a name in a byline: ``staff writer``, ``Redakteur``."""
    said: tuple[str, ...] = ()
    """Verbs that tell who spoke, as they stand after a quotation's comma: ``said``, ``hieß es``, ``decía``."""

    @staticmethod
    def parse(table: Any, *, language: str, faults: list[str]) -> Vocabulary:
        """Return the vocabulary that *table* describes, appending what is wrong with it to *faults*."""
        known = {f.name for f in fields(Vocabulary)} - {"language"}
        values: dict[str, Any] = {}
        if not isinstance(table, Mapping):
            faults.append("[vocabulary] must be a table of lists")
            return Vocabulary(language=language)
        for name, value in table.items():
            if name not in known:
                faults.append(f"[vocabulary]: unknown field {name!r}; the fields are {', '.join(sorted(known))}")
            elif not (isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)):
                faults.append(f"[vocabulary]: field {name!r} must be a list of strings, none of them empty")
            elif name == "months":
                if len(value) != 12:
                    faults.append("[vocabulary]: field 'months' needs twelve entries, spellings parted by '|'")
                values[name] = tuple(tuple(part.strip().lower() for part in item.split("|")) for item in value)
            else:
                values[name] = tuple(item.lower() for item in value)
        return Vocabulary(language=language, **values)
