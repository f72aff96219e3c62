"""The two sample articles come out exactly as promised: 13 of 29 lines from the first, one prefix from the second."""

import datetime as dt
import sys
from pathlib import Path

import newsclean

first, second = (path.read_bytes().decode("utf-8") for path in sorted(Path(sys.argv[1]).glob("*.txt")))


def written(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


result = newsclean.clean(first)
before, after = written(first), written(result.text)
gone = [line for line in before if line not in after]
assert (len(before), len(after), len(gone)) == (29, 16, 13), (len(before), len(after), len(gone))
assert after == [line for line in before if line in after], "the lines that stay are unchanged and in order"
assert sum(line.strip() == "Hide Ad" for line in gone) == 6
assert len(result.metadata.captions) == 2
second_result = newsclean.clean(second)
assert second_result.text == second.removeprefix(" date 2022-04-11 ")
assert second_result.metadata.date == dt.date(2022, 4, 11)
for source, cleaned in ((first, result), (second, second_result)):
    assert all(r.kind and r.rule and r.reason for r in cleaned.removed)
    assert cleaned.restore() == source
    again = newsclean.clean(cleaned.text)
    assert (again.text, again.removed) == (cleaned.text, ())
assert newsclean.find_duplicates([first, second]).groups == ()
assert newsclean.find_duplicates([first, second], cleaner=newsclean.Cleaner()).groups == ()
print("both sample articles come out as promised")
