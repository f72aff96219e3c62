"""The signs in words, for the report; signs of one idea share their words and are added up."""

from __future__ import annotations

__all__ = ["WORDS"]

_HEADINGS = ["related", "comment", "account", "share", "legal", "media", "meta"]


def _each(prefix: str) -> str:
    return " ".join(f"{prefix}_{name}" for name in _HEADINGS)


_GROUPS = {
    "its length": "characters words_1_3 words_3_12 words_12_25 words_25_60 one_word prose long_words",
    "how it ends": "ends_stop ends_question ends_exclamation ends_ellipsis ends_colon ends_digit",
    "how it begins": "starts_lower starts_quote starts_digit starts_sign starts_dash",
    "its capitals": "capitals all_caps titled_words titled_all",
    "its digits": "digits has_digit",
    "how many sentences it has": "sentences_1 sentences_2",
    "its punctuation and symbols": "commas bar sign bracket dash quote colon glued",
    "its script": "caseless cjk",
    "words of subscriptions and accounts": "cue_account",
    "words of sharing and networks": "cue_share",
    "words of comment sections": "cue_comment",
    "words of legal notices": "cue_legal",
    "words that point to other articles": "cue_related",
    "words of captions and credits": "cue_media media_short",
    "words of dates and reading times": "cue_time",
    "words of advertising": "cue_ad",
    "words of menus and buttons": "cue_site cta",
    "words of bylines": "cue_byline",
    "it speaks to the reader": "cue_you you_not_quoted",
    "the site speaks of itself": "cue_we",
    "no words of reporting": "cue_reporting",
    "many words that sites print": "cues_share",
    "few of the small words of sentences": "function_words",
    "few words in common with the article": "in_vocabulary no_vocabulary",
    "it is repeated": "twice often",
    "a rule saw something in it": "rule_b rule_c",
    "it stands before the article": "head high above_all score_above_all around_above_all",
    "it stands after the article": "tail low below_all score_below_all around_below_all",
    "where the article ends and begins": "after_cut before_cut least_below least_above after_cut_long before_cut_long",
    "the heading it stands under": f"{_each('under')} {_each('after')} {_each('after_low')} {_each('near_above')}",
    "a heading below it": _each("near_below"),
    "what rules found around it": "named_below named_above named_share_below named_share_above",
    "its words": "words_say words_say_short",
    "where it stands in the text": "first last from_start from_end share_above share_below prose_above score_inside",
    "how far the article's prose is": "no_prose to_prose_up to_prose_down prose_around",
    "the run of short lines it stands in": "block_2 block_4 block_10 run_length run_score alike_neighbours",
    "the shape of the text": "prose_share lines prose_chars short_body questions runs runs_inside turns turns_inside"
    " article_share article_size same_start same_start_often",
    "what the lines around it look like": "score_1_up score_1_down score_2_up score_2_down score_around_1"
    " score_around_3 score_around_8",
}
WORDS = {name: words for words, names in _GROUPS.items() for name in names.split()}
"""The idea behind each sign. ``name*place`` and ``name@neighbour`` are looked up by *name*."""
