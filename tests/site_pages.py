"""Made-up articles of one site, for tests of site profiles: other words in each, the same lines around them."""

import random

LETTERS = "abcdefghijklmnopqrst"
PROMO = "Follow the Alton Gazette wherever you are"


def prose(seed, words=20):
    """Return one sentence of made-up words, the same for the same *seed*."""
    draw = random.Random(seed)
    return " ".join("".join(draw.choices(LETTERS, k=draw.randint(3, 9))) for _ in range(words)).capitalize() + "."


def page(n, *below, top=()):
    """Return an article of three paragraphs with lines above and below."""
    return "\n".join([*top, prose(f"{n} first"), prose(f"{n} second"), prose(f"{n} third"), *below])
