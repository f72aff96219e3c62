"""Made-up articles for the near-duplicate tests, and plain-Python twins of what numpy does in the library."""

import random
import unicodedata

from hypothesis import strategies as st

split = str.split  # a list of words, written as words

PEOPLE = split("Amira Bento Calder Dorsey Elwood Farrow Gantry Hollis Imber Jarvis Kessel Lowell Marsh Norden Ossian")
PLACES = split("Ashby Brenford Calverton Dunmore Eastleigh Farnholt Grantham Harwick Ilminster Kelso Lindale")
THINGS = split(
    "bridge harbour budget railway hospital reservoir festival election inquiry factory library orchard "
    "stadium theatre museum ferry tunnel market airport school archive quarry vineyard brewery lighthouse "
    "canal parliament"
)
VERBS = split(
    "opened closed delayed approved rejected praised criticised repaired sold inspected flooded expanded "
    "postponed cancelled welcomed questioned visited rebuilt financed abandoned restored surveyed"
)
ADVERBS = split("quietly finally reluctantly swiftly again yesterday partly openly jointly briefly largely")
ADJECTIVES = split("old new regional disputed crowded costly historic empty famous remote local wooden damaged public")


def sentence(rng):
    """Return one sentence; two of them seldom have three words in a row in common."""
    parts = [
        rng.choice(PEOPLE),
        rng.choice(VERBS),
        rng.choice(ADJECTIVES),
        rng.choice(THINGS),
        "near",
        rng.choice(PLACES),
        rng.choice(ADVERBS),
        rng.choice(("while", "because", "although", "before", "after")),
        rng.choice(PEOPLE),
        rng.choice(ADVERBS),
        rng.choice(VERBS),
        str(rng.randrange(2, 900)),
        rng.choice(ADJECTIVES),
        rng.choice(THINGS),
        "in",
        rng.choice(PLACES),
    ]
    return " ".join(parts) + "."


def article(seed, sentences=14):
    """Return the text of an article of about 16 words a sentence, a paragraph every third sentence."""
    rng = random.Random(f"article {seed}")
    lines = [sentence(rng) for _ in range(sentences)]
    return "\n\n".join(" ".join(lines[i : i + 3]) for i in range(0, len(lines), 3))


def edited(text, seed, share=0.03):
    """Return *text* with a share of its words replaced."""
    rng = random.Random(f"edit {seed}")
    words = text.split(" ")
    for place in rng.sample(range(len(words)), max(1, int(len(words) * share))):
        words[place] = rng.choice(ADVERBS) + "x"
    return " ".join(words)


def forecast(seed):
    """Return a weather report: always the same form, new figures."""
    rng = random.Random(f"weather {seed}")
    n = [rng.randrange(10, 99) for _ in range(12)]
    return (
        f"Today will start with sunshine and a high of {n[0]} degrees, with winds of up to {n[1]} miles an hour. "
        f"Tonight expect clear skies and a low of {n[2]} degrees on the coast and {n[3]} degrees inland. "
        f"Tomorrow clouds will gather from the west and the high will be {n[4]} degrees with a {n[5]} percent chance "
        f"of rain by noon. On the hills gusts may reach {n[6]} miles an hour and visibility fall to {n[7]} metres. "
        f"The sea temperature is {n[8]} degrees and the tide will be highest at {n[9]} minutes past the hour, "
        f"with waves of {n[10]} feet. The pollen count is {n[11]}, and the next report will follow in the evening."
    )


# Texts of every kind of character, short enough to be looked at when a test fails.
any_text = st.text(
    alphabet=st.one_of(
        st.sampled_from("aabbcdez  \n.,-'12"),
        st.sampled_from("ÄßéİŉǅΣςйё字新聞あがｶﾞ한ㄱ่ไ्क़ﬁ½™㈱\u0301\u00ad\u200b\u200d\ufe0f\0\ud800😀"),
        st.characters(),
    ),
    max_size=60,
)

# Few words, so that shared shingles and short texts are common.
wordy_text = st.lists(
    st.sampled_from(["a", "bb", "ccc", "Dddd", "12", "3rd", "é", "新", "extraordinarily"]), max_size=40
).map(" ".join)

_MASK = (1 << 64) - 1
IDEOGRAPHIC = [(0x3005, 0x3007), (0x3041, 0x3096), (0x309D, 0x309F), (0x30A1, 0x30FA), (0x30FC, 0x30FF)]
IDEOGRAPHIC += [(0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x1B000, 0x1B16F), (0x20000, 0x3FFFF)]


def plain_words(text):
    """Return the folded words of *text*, character by character."""
    words, word = [], ""

    def end():
        nonlocal word
        if word:
            words.append(word)
        word = ""

    for character in text:
        if character == "\u200b":
            end()
            continue
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
        folded = "".join(c for c in folded if unicodedata.combining(c) < 10)
        for c in unicodedata.normalize("NFC", folded):
            category = unicodedata.category(c)
            if any(first <= ord(c) <= last for first, last in IDEOGRAPHIC):
                end()
                words.append(c)
            elif category == "Cf" or 0xFE00 <= ord(c) <= 0xFE0F or 0xE0100 <= ord(c) <= 0xE01EF:
                continue
            elif category[0] in "LNM":
                word += c
            else:
                end()
    end()
    return words


def _mix(x):
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)


def plain_shingles(text):
    """Return the shingle hashes of *text* in order, with nothing but Python's integers."""
    words = plain_words(text)
    hashes = []
    for word in words:
        value, data = 0x9E3779B97F4A7C15, word.encode()
        for i in range(0, len(data), 8):
            value = ((value ^ int.from_bytes(data[i : i + 8], "little")) * 0xBF58476D1CE4E5B9) & _MASK
            value ^= value >> 32
        hashes.append(value)
    shingles = []
    for i in range(max(1, len(words) - 2) if words else 0):
        total = sum(h * k for h, k in zip(hashes[i : i + 3], (1, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F), strict=False))
        figure = any(c in "0123456789" for word in words[i : i + 3] for c in word)
        shingles.append((_mix(total & _MASK) & (_MASK - 1)) | figure)
    return shingles


def notice(seed):
    """Return a legal notice: the same form, other names."""
    rng = random.Random(f"notice {seed}")
    names = [f"{rng.choice(PEOPLE)}{rng.randrange(40)} {rng.choice(PEOPLE)}".replace("0", "o") for _ in range(4)]
    names = [name.translate(str.maketrans("123456789", "abcdefghi")) for name in names]
    return (
        f"In the matter of the estate of {names[0]}, deceased. All persons having claims against the said estate are "
        f"required to present them, with vouchers, to {names[1]}, executor, at the office of {names[2]}, attorneys at "
        f"law, in {rng.choice(PLACES)}, near the {rng.choice(THINGS)}, before the end of the month, or this notice will "
        f"be pleaded in bar of their recovery. All persons indebted to {names[0]} will please make immediate payment to "
        f"{names[3]} of {rng.choice(PLACES)}, by whom receipts are given and all questions answered in due course."
    )
