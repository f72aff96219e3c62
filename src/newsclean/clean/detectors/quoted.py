"""What a report quotes is reporting, however much it sounds like the page around it.

A court report on a cookie notice, a piece on an old advert, a walk past the signs of a town: the words are a banner's,
the line is the reporter's. Three shapes tell them from the banner itself, which never comes in quotation marks of its
own and never says who said it:

* the whole line stands in quotation marks;
* it opens with a quotation and goes on after it: ``"Follow us", read the sign``;
* it says who said it: ``Sign up now, the box said``, by the words that a language's pack lists as ``said``.

What was seen in such a line is a hint, and no more. Captions and credits are spared by the first shape alone, for a
caption may quote and say who spoke; teasers and the words about an author are not spared by the third, for they may say
so, too. When it fails: an advert that is a customer's praise in quotation marks stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import regex

from newsclean.clean.findings import Sighting
from newsclean.rules.schema import Vocabulary
from newsclean.text.lines import Lines, plain, word_count

__all__ = ["Quoted", "is_quotation"]

_CAPTIONS = frozenset({"caption_single", "photo_credit", "gallery_player"})
_PARAGRAPH_WORDS = 25  # a credit glued to the end of a paragraph makes no caption of it
_TELLING = frozenset({"read_more", "related_block", "most_read", "video_promo", "author_bio"})

# In plain lines: all double quotation marks and guillemets are one mark there, all single ones another.
_WHOLE = regex.compile(r"[\"'‹›「][^\n]+[\"'‹›」][.,!?…。]*")
_BEFORE_WORDS = regex.compile(
    r"""(?:"(?=[\p{L}\p{N}(*-])[^"]{2,400}(?<=\S)"|"\s[^"]{2,400}\s"|[‹›][^‹›]{2,400}[‹›]|「[^「」]{2,400}」
    |'(?=[\p{L}\p{N}])[^"]{2,400}?(?<=\S)'(?=[\s,.!?]))
    [.!?]?\s?[,;]?\s?-?\s?\p{L}""",
    regex.VERBOSE,
)
_ARROWS = ("» ", "›")
_NEVER = r"(?!)"


def is_quotation(line: str) -> bool:
    """Return whether the whole *line* stands in quotation marks; ``» More «`` is an arrow on either side."""
    line = line.strip()
    return not line.startswith(_ARROWS) and _WHOLE.fullmatch(plain(line)) is not None


class Quoted:
    """The shapes of quotation that some languages know; immutable."""

    def __init__(self, vocabularies: Sequence[Vocabulary]) -> None:
        said = "|".join(regex.escape(word) for word in sorted({w for v in vocabularies for w in v.said}))
        # A comma, at most a few words for who it was, and the verb; or the verb and then who.
        self._said = regex.compile(
            rf"[,\"]\s?-?\s?(?:\p{{L}}[\p{{L}}' -]{{0,40}}\s)?(?:{said or _NEVER})\b", regex.IGNORECASE
        )

    def spare(self, lines: Lines, sightings: Iterable[Sighting]) -> Iterator[Sighting]:
        """Yield *sightings*; those of single quoted lines are hints (strength ``C``), with the sign in ``data``."""
        for sighting in sightings:
            if sighting.strength != "C" and sighting.action == "drop" and len(sighting.lines) == 1:
                sign = self.sign(lines.texts[sighting.lines[0]], sighting.kind)
                if sign is not None:
                    sighting.strength = "C"
                    sighting.data["spared"] = sign
            yield sighting

    def sign(self, line: str, kind: str) -> str | None:
        """Return what says that *line* quotes what was seen in it, a finding of *kind*, or None."""
        if is_quotation(line):
            return "the whole line is a quotation"
        line = plain(line).strip()
        if kind in _CAPTIONS:
            speaks = word_count(line) >= _PARAGRAPH_WORDS and self._said.search(line)
            return "a paragraph that tells who said it" if speaks else None
        if _BEFORE_WORDS.match(line):
            return "it opens with a quotation and goes on after it"
        if kind not in _TELLING and self._said.search(line):
            return "it tells who said it"
        return None
