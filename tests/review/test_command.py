"""``newsclean review``, and the way of a correction back into the next run."""

import json
from pathlib import Path

import pytest

import newsclean
from newsclean.cli import main
from newsclean.errors import RuleFileError

EXAMPLES = Path(__file__).parents[2] / "examples" / "articles.jsonl"


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("review") / "out.jsonl"
    assert main(["run", str(EXAMPLES), "-o", str(path), "-q"]) == 0
    return path


def test_what_run_wrote_becomes_a_page_with_every_input_on_it(written, tmp_path) -> None:
    target = tmp_path / "review.html"
    assert main(["review", str(written), "-o", str(target), "-q"]) == 0
    html = target.read_text(encoding="utf-8")
    data = json.loads(html.partition('id="data">')[2].partition("</script>")[0])
    inputs = {(r := json.loads(line))["id"]: r["text"] for line in EXAMPLES.read_text(encoding="utf-8").splitlines()}
    shown = {a["id"]: "".join(part for part, _ in a["pieces"]) for a in data["articles"]}
    assert shown == inputs
    assert data["totals"]["groups"] == len(data["groups"]) > 0


def test_what_is_no_output_of_newsclean_gives_no_page(tmp_path, capsys) -> None:
    target = tmp_path / "review.html"
    assert main(["review", str(EXAMPLES), "-o", str(target)]) == 1
    assert "articles.jsonl:1" in capsys.readouterr().err
    assert not target.exists()


def test_the_page_may_not_take_the_place_of_what_it_shows(written) -> None:
    before = written.read_bytes()
    assert main(["review", str(written), "-o", str(written)]) != 0
    assert written.read_bytes() == before


def test_a_rule_file_may_protect_text(tmp_path) -> None:
    path = tmp_path / "corrections.toml"
    path.write_text('protect = [\n  "(?m:^\\\\s*Hide\\\\s+Ad\\\\s*$)",\n]\n')
    text = "The river rose.\nHide Ad\nADVERTISEMENT\nNobody was hurt."
    cleaner = newsclean.Cleaner(rules=[path])
    assert cleaner.clean(text).text == "The river rose.\nHide Ad\nNobody was hurt."
    [again] = cleaner.clean_many([text], workers=2)
    assert again == cleaner.clean(text)


@pytest.mark.parametrize(
    ("line", "fault"),
    [('protect = "hide"', "list of patterns"), ('protect = ["("]', "compile"), ('protect = ["x*"]', "empty text")],
)
def test_faults_of_protect_are_named(tmp_path, line, fault) -> None:
    path = tmp_path / "corrections.toml"
    path.write_text(line)
    with pytest.raises(RuleFileError, match=fault):
        newsclean.Cleaner(rules=[path])
