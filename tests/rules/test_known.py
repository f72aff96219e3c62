"""What is shipped of the patterns is what the reader reads off them."""

import json
from importlib.resources import files

from newsclean.rules import known, shipped_rules

AGAIN = 'out of date; run: python -c "from newsclean.rules import known; known.write()"'


def test_the_file_is_up_to_date():
    data = json.loads(files("newsclean.rules").joinpath(known.FILE).read_text(encoding="utf-8"))
    assert data["patterns"] == known.table_of(rule.regex for rule in shipped_rules().rules if rule.regex), AGAIN


def test_a_pattern_that_is_not_in_it_is_read():
    assert known.needs_of("(?:heron|egret) news").openings == {"hero", "egre"}
    assert known.needs_of(".*") == (None, None)
