"""Generators shared by the property tests: nasty text, and dirty articles put together from known pieces."""

from hypothesis import strategies as st

# Characters that have broken text tools before: controls, surrogates, mojibake, combining marks, bidi, astral, odd spaces.
NASTY = (
    "\x00\x01\x07\x0b\x0c\x1a\x1b\x7f\x80\x85\x92\x9d\u00a0\u00ad\u00b7Ââ€™“”ÃÅœŒžŽ\u0301\u0308\u200b\u200d\u200e\u202e\u2028\u2029"
    "\ufeff\ufffd\ufffc\u3000\ud800\udc00\udfff\U0001f600\U00010348вЂ™√±≈°ﬁﬂＡ﹪٣०"
)

characters = st.one_of(
    st.characters(),
    st.characters(categories=["Cs"]),
    st.sampled_from(NASTY),
    st.sampled_from(" \n\r\t.,;:!?&#<>\"'-abcXYZ019"),
)
texts = st.text(characters, max_size=200)

entities = st.sampled_from(
    ["&amp;", "&lt;", "&gt;", "&quot;", "&nbsp;", "&#8217;", "&#x27;", "&#38;", "&semi;", "&NewLine;", "&Tab;", "&#0;",
     "&#55296;", "&#146;", "&eacute;", "&bogus;", "&amp", "&", ";", "&#", "amp;", "lt;", "#38;"]
)  # fmt: skip
entity_texts = st.lists(st.one_of(entities, st.text("ab&;# ", max_size=4)), max_size=30).map("".join)

WORDS = [
    "council",
    "bridge",
    "river",
    "night",
    "engineers",
    "report",
    "mayor",
    "harbour",
    "school",
    "vote",
    "pier",
    "ferry",
    "winter",
    "flood",
    "street",
]
words = st.sampled_from(WORDS)
sentences = st.lists(words, min_size=3, max_size=20).map(lambda ws: " ".join(ws).capitalize() + ".")
prose = st.lists(words, min_size=13, max_size=25).map(lambda ws: " ".join(ws).capitalize() + ".")

dirt = st.sampled_from(
    [
        "Hide Ad", "Hide Ad\nHide Ad", "ADVERTISEMENT", "Watch more of our videos on Shots!\u00a0\nand live on Freeview channel 276\nVisit Shots! now",
        "Read more: The bridge that would not fall", "Read more", "Related Articles", "Most Read", "Share", "Facebook", "12 comments", "Comments",
        "Sign up to our daily newsletter", "By Anna Berg", "Published 18 November 2019, 19:11", "18 November 2019", "19:11", "Getty Images",
        "(Photo: Anna Berg)", "Photo by Tom Hale/Reuters", "Copyright 2019 Coast Media. All rights reserved.", "4 min read",
        "Anzeige", "Lesen Sie auch: Der Fluss", "Publicité", "Lire aussi : Le pont", "2 hours ago", "Skip to main content",
    ]
)  # fmt: skip
glued = prose.map(lambda s: s + s)
glued_with_copy = prose.map(lambda s: f"{s}{s}\n{s}")
copied = prose.map(lambda s: f"{s}\n{s}")
truncated = prose.map(lambda s: f"{s}\n{s[: len(s) * 3 // 4]}…")
prefixed = prose.map(lambda s: f" date 2022-04-11 {s}")
suffixed = prose.map(lambda s: f"{s} Click To Tweet")
blanks = st.sampled_from(["", "", " ", "\u00a0"])
mojibake = prose.map(lambda s: s.replace(" ", "â€™ ", 1))

pieces = st.one_of(
    prose, sentences, dirt, glued, glued_with_copy, copied, truncated, prefixed, suffixed, blanks, mojibake
)


@st.composite
def articles(draw):
    """Return a dirty article of up to a dozen pieces, joined by line ends of every kind."""
    parts = draw(st.lists(pieces, max_size=12))
    joint = draw(st.sampled_from(["\n", "\n\n", "\r\n", "\n\n\n"]))
    return joint.join(parts) + draw(st.sampled_from(["", "\n", "\n\n"]))


any_text = st.one_of(texts, articles(), st.tuples(articles(), texts, articles()).map("\n".join), entity_texts)

# What is hostile rather than dirty: every plane, direction marks, storms of marks, a line a character, lines of many
# thousand characters, copies inside copies, mojibake of mojibake.
twice_broken = st.text(st.sampled_from("é’“—ü€ñ"), max_size=20).map(
    lambda text: text.encode().decode("cp1252", "replace").encode().decode("latin-1")
)
storms = st.tuples(st.sampled_from("aZ字"), st.text(st.characters(categories=["Mn", "Me", "Mc"]), max_size=200)).map(
    "".join
)
turned = st.text(
    st.sampled_from("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200fabאב. "), max_size=60
)
planes = st.text(st.characters(min_codepoint=0x10000), max_size=40)
halves = st.text(st.one_of(st.characters(categories=["Cs"]), st.sampled_from("ab. \n")), max_size=40)
columns = st.lists(st.characters(), max_size=60).map("\n".join)
giants = st.tuples(any_text, st.integers(1, 400)).map(lambda pair: pair[0].replace("\n", " ")[:60] * pair[1])
nested = st.recursive(
    any_text,
    lambda inner: st.one_of(
        inner.map(lambda text: f"{text}\n{text[: len(text) * 9 // 10]}"),
        inner.map(lambda text: text + text),
        inner.map(lambda text: f"{text} {text}"),
        st.tuples(inner, inner).map(lambda pair: "\n".join(pair * 2)),
    ),
    max_leaves=4,
)
hostile_texts = st.tuples(
    st.lists(
        st.one_of(twice_broken, storms, turned, planes, halves, columns, giants, nested, articles(), entity_texts),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["\n", "", "\n\n", "\r\n", "\u2028"]),
).map(lambda pair: pair[1].join(pair[0]))
