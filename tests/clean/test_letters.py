"""Classes of characters, by a list of its own: what the score takes for a letter, a mark or a sign."""

import unicodedata

import numpy as np
import pytest

from newsclean.clean.score import letters as of
from newsclean.clean.score.letters import class_of, count_letters

CLASSES = {
    "SPACE": " \t\u00a0\u2002\u2003\u2009\u202f\u3000",
    "UPPER": "AZXÄÉŽΣЖԱ",
    "LOWER": "azxäßéžσжա",
    "CASELESS": "אعहก가",
    "CJK": "字橋川あアー",
    "DIGIT": "0189٣९",
    "STOP": ".!?…。！？؟।॥։",
    "COMMA": ",;、，؛；",
    "COLON": ":：",
    "QUOTE": "\"'“”„‟‘’‚‛«»‹›「」『』",
    "DASH": "-‐‑‒–—―",
    "BRACKET": "()[]{}（）［］【】",
    "BAR": "|>•·►▶→←↓↑▼▲■●◆★☆✓×＞｜",
    "SIGN": "@#&%$€£¥/_=+*~^©®™°\\<",
    "OTHER": "\u0301\u200b\ufeff😀𐍈\ud800",
}  # fmt: skip


@pytest.mark.parametrize(("name", "members"), CLASSES.items(), ids=CLASSES.keys())
def test_class(name, members):
    kind = getattr(of, name)
    assert {member: class_of(member) for member in members} == dict.fromkeys(members, kind)
    counted = count_letters([members], np.array([len(members)])).classes[0]
    assert counted[kind] == len(members)
    assert counted[1:].sum() == len(members)


def test_no_letter_of_ascii_is_a_mark():
    for code in range(128):
        character, kind = chr(code), class_of(chr(code))
        expected = {"Lu": of.UPPER, "Ll": of.LOWER, "Nd": of.DIGIT}.get(unicodedata.category(character))
        assert kind == expected if expected is not None else kind not in (of.UPPER, of.LOWER, of.DIGIT)


NEIGHBOURS = {
    "a word in lower case": ("ab", of.START_OTHER, 1),
    "words in lower case": ("ab cd-ef", of.START_OTHER, 3),
    "capital words": ("Ab Cd (Ef", of.START_UPPER, 3),
    "a capital in quotes begins a word": ("“Ab", of.START_UPPER, 1),
    "a small letter in quotes does not: it may be an apostrophe": ("it's", of.START_OTHER, 1),
    "a figure begins a word": ("12 a", of.START_OTHER, 2),
    "a letter behind a figure does not": ("1st 2A", of.START_OTHER, 2),
    "ideographs begin one": ("橋が", of.START_OTHER, 1),
    "letters without case begin one": ("על", of.START_OTHER, 1),
    "sentences end before a space, a quote and the line's end": ("Ab. Cd.” Ef.", of.SENTENCE, 3),
    "not inside a word": ("a.b", of.SENTENCE, 0),
    "not within an ellipsis": ("a...", of.SENTENCE, 1),
    "glued words": ("abCd", of.GLUE, 1),
    "glued sentences": ("ab.Cd", of.GLUE, 1),
    "capitals are not glued": ("ABC Ab", of.GLUE, 0),
    "nor what follows a figure": ("2Ab", of.GLUE, 0),
}


@pytest.mark.parametrize(("line", "kind", "count"), NEIGHBOURS.values(), ids=NEIGHBOURS.keys())
def test_neighbours(line, kind, count):
    for lines in ([line], ["x", line, "Y."]):
        assert count_letters(lines, np.array([len(one) for one in lines])).pairs[len(lines) // 2][kind] == count
