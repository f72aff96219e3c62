"""What the score measures of a line by itself, the slow and obvious way: each feature by its definition.

``Reading`` counts for all lines at once; the tests hold the two together.
"""

from math import log1p

from newsclean.clean.score import letters as of
from newsclean.clean.score.cues import _cues, split_words
from newsclean.clean.score.letters import class_of

GROUPS = ("account", "share", "comment", "legal", "related", "media", "time", "ad", "site", "byline", "you", "we",
          "reporting", "function")  # fmt: skip
LETTERS = (of.UPPER, of.LOWER, of.CASELESS, of.CJK)


def ramp(value, start, length, most=1.0):
    return min(max((value - start) / length, 0.0), most)


def plain_features(line, weights):
    """Return the features of one stripped line that is not empty, by name, not rounded."""
    kinds = [class_of(character) for character in line]
    count = {kind: kinds.count(kind) for kind in range(16)}
    starts = upper_starts = sentences = glued = 0
    for before, here in zip([0, *kinds], [*kinds, 0], strict=True):
        if before not in (*LETTERS, of.DIGIT) and here == of.UPPER:
            upper_starts += before != of.STOP
        if before not in (*LETTERS, of.DIGIT, of.QUOTE) and here in (of.LOWER, of.CASELESS, of.CJK, of.DIGIT):
            starts += 1
        sentences += before == of.STOP and here in (of.SPACE, 0, of.QUOTE)
        glued += before in (of.LOWER, of.STOP) and here == of.UPPER
    starts = max(starts + upper_starts, 1)
    words = count[of.SPACE] + 1 + count[of.CJK] / 2
    letters = sum(count[kind] for kind in LETTERS)
    cased = max(count[of.UPPER] + count[of.LOWER], 1)
    (split,) = split_words(line.lower().replace("\n", " "))
    cues = [sum(n in _cues().get(word, ()) for word in split) for n in range(len(GROUPS))]
    rate = max(words, 3)
    says = sum(weights.get(word, 0) for word in set(split)) + (weights.get("^" + split[0], 0) if split else 0)
    says = min(max(says, -500), 500) / 100
    end = line
    if kinds[-1] in (of.QUOTE, of.BRACKET) and len(line) > 1:
        end = line[:-1]
    kind = class_of(end[-1])
    dots = line[-3:][:-1] if end != line else line[-3:]
    ellipsis = end[-1] == "…" or (end[-1] == "." and len(line) > 2 and (end != line or dots[-2:] == ".."))
    stop = kind == of.STOP and not ellipsis
    small = cues[13] / rate if letters - count[of.CJK] > count[of.CJK] else None
    features = {
        "characters": log1p(len(line)) / 4,
        "words_1_3": ramp(words, 0, 3), "words_3_12": ramp(words, 3, 9), "words_12_25": ramp(words, 12, 13),
        "words_25_60": ramp(words, 25, 35), "one_word": words < 2,
        "ends_stop": stop, "ends_question": stop and end[-1] in "?？", "ends_exclamation": stop and end[-1] in "!！",
        "ends_ellipsis": ellipsis, "ends_colon": kind == of.COLON, "ends_digit": kinds[-1] == of.DIGIT,
        "starts_lower": kinds[0] == of.LOWER, "starts_quote": kinds[0] == of.QUOTE,
        "starts_digit": kinds[0] == of.DIGIT, "starts_sign": kinds[0] in (of.SIGN, of.BAR),
        "starts_dash": kinds[0] == of.DASH,
        "capitals": count[of.UPPER] / cased, "all_caps": count[of.UPPER] > 0.8 * cased and cased > 4,
        "titled_words": upper_starts / starts, "titled_all": upper_starts >= starts * 0.8 and words >= 2,
        "digits": count[of.DIGIT] / len(line), "has_digit": count[of.DIGIT] > 0,
        "sentences_1": min(sentences, 1), "sentences_2": ramp(sentences, 1, 2), "commas": count[of.COMMA] / rate,
        "bar": ramp(count[of.BAR], 0, 2), "sign": ramp(count[of.SIGN], 0, 3), "bracket": count[of.BRACKET] > 0,
        "dash": ramp(count[of.DASH], 0, 2), "quote": ramp(count[of.QUOTE], 0, 2), "colon": count[of.COLON] > 0,
        "glued": ramp(glued, 0, 2), "long_words": ramp(letters / starts, 4, 6),
        "caseless": count[of.CASELESS] / max(letters, 1), "cjk": count[of.CJK] / max(letters, 1),
        **{f"cue_{group}": ramp(cues[n], 0, 2) for n, group in enumerate(GROUPS[:-1])},
        "cues_share": min((sum(cues) - cues[12]) / rate, 1), "function_words": 0.35 if small is None else min(small, 0.6),
        "media_short": cues[5] > 0 and words <= 25, "cta": ramp(cues[0] + cues[8] + cues[1], 0, 4) * (words <= 25),
        "you_not_quoted": cues[10] > 0 and count[of.QUOTE] == 0, "words_say": says, "words_say_short": says * (words <= 12),
    }  # fmt: skip
    return {name: float(value) for name, value in features.items()}
