"""Lines of metadata: time stamps, bylines, datelines, read by closed grammars from the packs' vocabularies.

* **Time stamp**: the whole line is dates, clock times, weekdays, zone names and cue words, nothing else. With a
  cue, or with both date and clock, nothing in an article looks so (measured precision .98); a date alone heads the
  parts of a chronology and needs a second sign, and where two stand between sentences they are hints only; a clock
  alone is a live blog's or a programme's.
* **Byline**: a cue, then names of two or more capitalised words, then at most roles. "By Tuesday the river" has no
  name, "Von der Leyen sagte" no second capital in the right place. Needs a second sign.
* **Name and stamp**: a name, a desk or an agency, then nothing but the date; parted by a mark, or with the clock time.
  "Alton, November 22, 2018" heads a letter, too, and stays.
* **Dateline**: a place in capitals, an agency or date, a dash, at the start of a sentence. It is reporting's own
  mark: read as metadata and left in place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import regex

from newsclean.clean.dates import DateGrammar
from newsclean.clean.findings import Sighting
from newsclean.rules.schema import Vocabulary
from newsclean.text.lines import Lines, ends_sentence, word_count

__all__ = ["MetadataLines"]

_MAX_STAMP = 120
_RUN = 4  # stamps that stand alone this often in one text are a live blog's, a timeline's or a programme's
_PARTS = 2  # dates that stand between sentences are a chronology's from here on; one may be the article's own

_CUE = 2  # characters by which the cues of bylines are told apart
_FOUR_DIGITS = re.compile(r"\d\D*\d\D*\d\D*\d")  # a date with its year has them
_MOST_BEGINNINGS = 20_000  # remembered: bounds the memory of a cleaner that reads every language
_LETTERS_ONLY = bytes(byte if ord("a") <= byte <= ord("z") else 32 for byte in range(256))
_LETTERS = re.compile(rb"[a-z]+")  # between any two other bytes, so that a role's own letters are pieces of it

_WORD = r"(?-i:\p{Lu})[\p{L}\p{M}'.-]{0,24}"
_NAME = rf"{_WORD}(?:\s+(?:(?:de|del|della|di|da|dos|van|von|der|den|el|al|bin|la|le|zu|ter)\s+){{0,2}}{_WORD}){{1,3}}"
_PERSON = regex.compile(_NAME)
_DESKS = frozenset(
    ["desk", "team", "newsroom", "agencies", "writer", "writers", "reporters", "editors", "bureau", "wire"]
)
_BEFORE_STAMP = regex.compile(
    rf"""(?P<by>(?i:by)\s+)?(?P<name>{_WORD}(?:\s+{_WORD}){{0,4}}?)
    \s*(?P<mark>[-|·•/]\s*|,\s*(?=\d))?(?:\s+|(?<=\s|[-|·•/]))
    (?=(?-i:\p{{Lu}})?[\p{{L}}.]{{0,12}},?\s?\d)""",
    regex.VERBOSE,
)
_DATELINE = regex.compile(
    r"""\s*(?P<place>(?-i:\p{Lu}[\p{Lu}.'-]+(?:[\s/]+\p{Lu}[\p{Lu}.'-]*){0,4}))
    (?:,\s*[\p{L} .]{2,30}?)?
    (?:,?\s*\p{L}{3,12}\.?\s\d{1,2})?
    \s*(?:\((?P<agency>[\p{L}/ .-]{2,40})\))?
    \s*[-–—]{1,2}\s+(?=(?-i:["'“‘]?\p{Lu}))""",
    regex.VERBOSE,
)


class MetadataLines:
    """The grammars of some languages, compiled; immutable."""

    def __init__(self, vocabularies: Sequence[Vocabulary], dates: DateGrammar) -> None:
        self._dates = dates
        self._roles = frozenset(w for v in vocabularies for w in v.roles)
        cues = _words(w for v in vocabularies for w in v.byline)
        joiners = _words(w for v in vocabularies for w in v.joiners) or "and"
        roles = _words(w for v in vocabularies for w in v.roles) or "reporter"
        # The last word of a desk's name: "Echo Reporter", "News Desk".
        self._offices = frozenset(w for w in self._roles if w.isalpha()) | _DESKS
        self._cue_words = frozenset(cue.split()[0].rstrip(":") for v in vocabularies for cue in v.byline)
        self._cue_begins = frozenset(cue[:_CUE] for v in vocabularies for cue in v.byline)
        pieces = [_LETTERS.findall(role.encode()) for role in sorted(self._roles or {"reporter"})]
        self._role_words = frozenset(max(words, key=len) for words in pieces if words)
        self._begun: dict[str, tuple[bool, bool, bool]] = {}
        # A role without a letter from a to z needs a letter of its own script, which shows in the first byte.
        others = [role for role, words in zip(sorted(self._roles), pieces, strict=False) if not words]
        self._scripts = frozenset(c.encode()[:1] for role in others for c in (role[0], role[0].upper()))
        outlet = rf"(?:{_WORD}\s?){{1,5}}"
        tail = rf"(?:\s*[,|/·•-]\s*|\s+)(?:(?:{_WORD}\s+){{0,3}}(?:{roles})(?:\s*,\s*{outlet})?|[\w.+-]+@[\w.-]+)"
        names = rf"(?P<name>{_NAME})(?:\s*(?:,|&|;|/)\s*(?P<name>{_NAME})|\s+(?:{joiners})\s+(?P<name>{_NAME})){{0,4}}"
        stamp = rf"(?:\s*[-|,·•/]\s*|\s+)(?:{dates.date}).{{0,40}}"
        self._byline = regex.compile(
            rf"(?:(?:{cues or '(?!)'})\s*:?\s+{names}(?:{tail})?(?:{tail}|{stamp})?|{names}(?:{tail}))\s*\.?",
            regex.IGNORECASE,
        )

    def find(self, lines: Lines, indices: Sequence[int]) -> list[Sighting]:
        """Return the metadata lines among *indices* (not blank)."""
        stamps: list[Sighting] = []
        found: list[Sighting] = []
        plains, lows, begun = lines.plains(), lines.lows(), self._begun
        quiet = lines.quiet(__name__)
        for i in indices:
            if i in quiet:
                continue
            line = plains[i]
            if len(line) > _MAX_STAMP:
                quiet.add(i)
                continue
            line = line.strip()
            stamp_begins, cue_begins, name_begins = begun.get(line[:_CUE]) or self._begin(line[:_CUE])
            if stamp_begins and self._dates.may_be_stamp(line):
                stamp = self._stamp(i, line)
                if stamp is not None:
                    stamps.append(stamp)
                    continue
            if (cue_begins and self._may_be_cue(line)) or (name_begins and self._has_role(lows[i])):
                byline = self._in_byline(i, line)
                if byline is not None:
                    found.append(byline)
                    continue
            stamped = (name_begins or line[:1] in "bB") and _FOUR_DIGITS.search(line) and self._stamped(i, line)
            if stamped:
                found.append(stamped)
            else:
                quiet.add(i)
        alone = [s for s in stamps if s.rule != "timestamp.cue"]
        if len(alone) >= _RUN:
            for sighting in alone:
                sighting.strength = "C"
                sighting.evidence += (f"one of {len(alone)} stamps in this text, as in a live blog or a programme",)
        place = {i: p for p, i in enumerate(indices)}
        dates = [s for s in alone if s.rule == "timestamp.date" and _amid_sentences(lines, indices, place[s.lines[0]])]
        if len({s.text for s in dates}) >= _PARTS:
            for sighting in dates:
                sighting.strength = "C"
                sighting.data["heading"] = True
                sighting.data["spared"] = f"one of {len(dates)} dates between two sentences, as in a chronology"
        if any(s.rule == "timestamp.date_clock" for s in alone):
            self._spare_programme([s for s in alone if s.rule != "timestamp.clock"], indices, place)
        found.extend(stamps)
        found.extend(self._datelines(lines, indices[:4]))
        return found

    def _spare_programme(self, stamps: Sequence[Sighting], indices: Sequence[int], place: dict[int, int]) -> None:
        """Make hints of *stamps* of several days that each head a line: a programme's, or fixtures."""
        at = {place[s.lines[0]] for s in stamps}
        heads = [s for s in stamps if place[s.lines[0]] + 1 < len(indices) and place[s.lines[0]] + 1 not in at]
        days = {m.iso or m.raw for s in heads for m in self._dates.mentions(s.text, (0, 0), day_first=None)}
        if len(heads) >= _PARTS and len(days) == len(heads):
            for sighting in heads:
                sighting.strength = "C"
                sighting.data["heading"] = True
                sighting.evidence += (f"one of {len(heads)} days with a time, each over a line, as in a programme",)

    def _stamp(self, i: int, line: str) -> Sighting | None:
        read = self._dates.stamp(line)
        if read is None:
            return None
        cue, year, clock = read
        if cue and (year or clock):
            rule, strength, why = "timestamp.cue", "A", "A cue word and a date: when the page was published or changed."
        elif year and clock:
            rule, strength, why = (
                "timestamp.date_clock",
                "A",
                "A date with its clock time alone on a line is a time stamp.",
            )
        elif year or cue:
            rule, strength, why = "timestamp.date", "B", "A date alone on a line is likely a time stamp."
        else:
            rule, strength, why = (
                "timestamp.clock",
                "C",
                "A time without a year; live blogs and programmes have them, too.",
            )
        return Sighting((i,), "timestamp", rule, strength, why, ("nothing but date, time and cue words",), text=line)  # type: ignore[arg-type]  # one of the three letters

    def _begin(self, begin: str) -> tuple[bool, bool, bool]:
        """Return whether a stamp, a byline's cue, a byline's name may begin with these two characters of a plain line.

        A byline begins with a cue, or with a name and then has a role or an address; nearly no other line does.
        """
        cue = not begin.isascii() or begin.lower() in self._cue_begins
        known = self._dates.may_begin(begin), cue, begin[:1].isupper()
        if len(self._begun) < _MOST_BEGINNINGS:
            self._begun[begin] = known
        return known

    def _may_be_cue(self, line: str) -> bool:
        """Return False only where the first word of a plain line is surely not the first of a byline's cue."""
        word = line.split(None, 1)[0].lower().rstrip(":")
        return word in self._cue_words or not word.isascii()

    def _has_role(self, low: bytes) -> bool:
        """Return False only where a low line holds no role and no address."""
        if b"@" in low or not self._role_words.isdisjoint(low.translate(_LETTERS_ONLY).split()):
            return True
        return not low.isascii() and any(script in low for script in self._scripts)

    def _in_byline(self, i: int, line: str) -> Sighting | None:
        if word_count(line) > 14:
            return None
        match = self._byline.fullmatch(line)
        if match is None:
            return None
        # "Staff Writer" has a name's shape; the words say that it is none.
        names = [" ".join(name.split()) for name in match.captures("name") if self._is_person(name)]
        why = "A cue and names, or a name and a role: who wrote the article."
        evidence = ("the line holds " + ", ".join(names),)
        return Sighting((i,), "byline", "byline.grammar", "B", why, evidence, text=line, data={"authors": names})

    def _is_person(self, name: str) -> bool:
        """Return False for what has a name's shape and names a role or a desk: "Staff Writer", "Echo Reporter"."""
        low = name.lower()
        return low not in self._roles and low.split()[-1] not in self._offices

    def _stamped(self, i: int, line: str) -> Sighting | None:
        """Return the byline in a line that is a name and a stamp: ``Anna Berg - Nov 19, 2019, 10:31 pm``."""
        match = _BEFORE_STAMP.match(line)
        if match is None:
            return None
        read = self._dates.stamp(line[match.end() :])
        if read is None or not read[1] or not (read[2] or match["mark"] or match["by"]):
            return None
        name = " ".join(match["name"].split())
        authors = [name] if _PERSON.fullmatch(name) and self._is_person(name) else []
        why = "A name or a desk and the date: who published the article, and when."
        evidence = (f"'{name}', and then nothing but the date",)
        data = {"authors": authors}
        return Sighting((i,), "byline", "byline.stamped", "B", why, evidence, text=line, data=data)

    def _datelines(self, lines: Lines, indices: Sequence[int]) -> Iterator[Sighting]:
        for i in indices:
            text = lines.texts[i]
            match = _DATELINE.match(text[:160])
            if match is None or word_count(text) < 8:
                continue
            if match["agency"] is None and not match[0].rstrip().endswith(("—", "–")):
                continue
            span = (lines.starts[i], lines.ends[i])
            if i not in lines.repaired:
                span = (lines.starts[i] + match.start("place"), lines.starts[i] + match.end())
            yield Sighting(
                (i,),
                "dateline",
                "dateline.place",
                "C",
                "Place and agency before the first sentence: metadata that is part of the report.",
                ("a place in capitals and a dash open the line",),
                action="strip",
                spans=(span,),
                text=match[0].strip(),
                data={"place": match["place"], "agency": match["agency"]},
            )


def _amid_sentences(lines: Lines, indices: Sequence[int], place: int) -> bool:
    """Return whether the lines right before and right after both end a sentence."""
    return 0 < place < len(indices) - 1 and all(
        ends_sentence(lines.texts[i]) for i in (indices[place - 1], indices[place + 1])
    )


def _words(words: Iterator[str]) -> str:
    return "|".join(regex.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w)))
