"""``learn``, ``--site-profile`` and ``--learn-sites``, end to end: real files, bad ones too."""

import io
import json
from pathlib import Path

import pytest

from newsclean import SiteProfiles
from newsclean.cli import main
from newsclean.errors import FileError
from newsclean.scale import flow
from site_pages import PROMO, page

BERG = "Der Bergbote ist immer bei Ihnen"


def write(path, *records):
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return str(path)


def records(count=24):
    for n in range(count):
        site, furniture = ("alton.example", PROMO) if n % 2 else ("berg.example", BERG)
        yield {"id": n, "site": site, "text": page(n, furniture)}


@pytest.fixture
def corpus(tmp_path):
    return write(tmp_path / "in.jsonl", *records())


@pytest.fixture
def learnt(corpus, tmp_path):
    path = str(tmp_path / "sites.json")
    assert main(["learn", corpus, "-o", path, "-q"]) == 0
    return path


def texts(path):
    return [json.loads(line)["text"] for line in Path(path).read_text(encoding="utf-8").splitlines()]


class TestLearn:
    """Articles in, one file out, with the profile of every site."""

    def test_many_sites(self, corpus, tmp_path, capsys):
        out = tmp_path / "sites.json"
        assert main(["learn", corpus, "-o", str(out)]) == 0
        assert capsys.readouterr().err == "24 articles of 2 sites: 2 recurring lines\n"
        assert {site: [line.line for line in known.recurring()] for site, known in SiteProfiles.load(out).items()} == {
            "alton.example": [PROMO.lower()],
            "berg.example": [BERG.lower()],
        }

    def test_text_files_of_one_site(self, tmp_path, capsys):
        for n in range(4):
            (tmp_path / f"{n}.txt").write_text(page(n, PROMO))
        (tmp_path / "notes.md").write_text("not ours")
        assert main(["learn", str(tmp_path), "--site", "Alton", "-o", str(tmp_path / "sites.json")]) == 0
        assert capsys.readouterr().err == (
            f"4 articles of 1 site: 1 recurring line\n1 other file not read, such as {tmp_path}/notes.md\n"
        )
        assert main(["clean", str(tmp_path / "0.txt"), "--site-profile", str(tmp_path / "sites.json"), "-q"]) == 0
        assert capsys.readouterr().out == page(0)

    def test_standard_input(self, tmp_path, monkeypatch):
        raw = "".join(json.dumps(record) + "\n" for record in records()).encode()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
        assert main(["learn", "-", "-o", str(tmp_path / "sites.json"), "-q"]) == 0
        assert len(SiteProfiles.load(tmp_path / "sites.json")) == 2

    def test_merge_into_itself(self, corpus, learnt):
        before = SiteProfiles.load(learnt)["alton.example"]
        assert main(["learn", corpus, "--merge", learnt, "--aged", "0.5", "-o", learnt, "-q"]) == 0
        after = SiteProfiles.load(learnt)["alton.example"]
        assert (before.articles, after.articles) == (12, 18)
        assert after.count_of(PROMO.lower())[0] == 18

    @pytest.mark.parametrize(
        ("bad", "flags", "said"),
        [
            ({"text": "x"}, [], "field 'site': names no site; name the field that has it with --site-field"),
            ({"text": "x", "site": " "}, [], "field 'site': names no site"),
            ({"text": "x", "site": "c"}, ["--site", "alton.example"], "field 'site': 'c' is not 'alton.example'"),
            ({"text": None}, ["--site", "c"], "field 'text': is null"),
        ],
    )
    def test_a_bad_record_stops_or_is_told(self, tmp_path, learnt, capsys, bad, flags, said):
        before = Path(learnt).read_text()
        path = write(tmp_path / "bad.jsonl", {"text": page(1)} if "--site" in flags else next(records(1)), bad)
        assert main(["learn", path, "-o", learnt, *flags]) == 1
        assert f"bad.jsonl:2: {said}" in capsys.readouterr().err
        assert Path(learnt).read_text() == before
        assert main(["learn", path, "-o", learnt, *flags, "--on-error", "skip"]) == 3
        told = capsys.readouterr().err
        assert f"left out: {path}:2: {said}" in told
        assert told.endswith("1 article of 1 site: 0 recurring lines\n1 bad record left out\n")

    def test_an_input_is_not_overwritten(self, corpus, capsys):
        assert main(["learn", corpus, "-o", corpus]) == 2
        assert "would be overwritten" in capsys.readouterr().err


class TestCleanWithIt:
    """A saved profile and one learnt on the way do the same, and nothing is silent."""

    @pytest.mark.parametrize("command", ["run", "clean"])
    def test_saved_and_learnt_on_the_way(self, command, corpus, learnt, tmp_path, capsys):
        saved, at_once = str(tmp_path / "saved.jsonl"), str(tmp_path / "at_once.jsonl")
        assert main([command, corpus, "--site-profile", learnt, "-o", saved, "-q"]) == 0
        assert main([command, corpus, "--learn-sites", "-o", at_once]) == 0
        assert texts(saved) == texts(at_once) == [page(n) for n in range(24)]
        told = capsys.readouterr().err
        assert told.startswith("2 sites learnt, 2 recurring lines\n")
        assert "site_recurring 24" in told

    def test_without_either_nothing_is_learnt(self, corpus, tmp_path):
        assert main(["clean", corpus, "-o", str(tmp_path / "out.jsonl"), "-q"]) == 0
        assert texts(tmp_path / "out.jsonl") == [record["text"] for record in records()]

    def test_explain(self, corpus, learnt, capsys):
        assert main(["explain", corpus, "--id", "1", "--site-profile", learnt]) == 0
        assert "12 of 12 articles of alton.example" in capsys.readouterr().out

    def test_articles_of_other_sites_are_told(self, learnt, tmp_path, capsys):
        path = write(tmp_path / "other.jsonl", {"site": "third.example", "text": page(1, PROMO)}, *records(2))
        assert main(["clean", path, "--site-profile", learnt, "-o", str(tmp_path / "out.jsonl")]) == 0
        assert texts(tmp_path / "out.jsonl") == [page(1, PROMO), page(0), page(1)]
        told = capsys.readouterr().err
        assert "1 article of sites without a profile, such as 'third.example', cleaned without one" in told

    def test_bad_records_are_told_once(self, tmp_path, capsys):
        path = write(tmp_path / "in.jsonl", *records(), {"text": None})
        out = str(tmp_path / "out.jsonl")
        assert main(["clean", path, "--learn-sites", "-o", out]) == 1
        assert main(["clean", path, "--learn-sites", "-o", out, "--on-error", "skip"]) == 3
        assert capsys.readouterr().err.count("left out: ") == 1
        assert texts(out) == [page(n) for n in range(24)]

    def test_standard_input_is_refused(self, monkeypatch, capsys, tmp_path):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
        assert main(["clean", "-", "--learn-sites", "-o", str(tmp_path / "out.jsonl")]) == 2
        assert "reads its inputs twice, which standard input does not allow; save it" in capsys.readouterr().err
        assert not (tmp_path / "out.jsonl").exists()

    def test_standard_input_of_a_command_that_keeps_it(self, corpus, monkeypatch, tmp_path):
        for name in (corpus, "-"):
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(Path(corpus).read_bytes())))
            assert main(["run", name, "--learn-sites", "-o", str(tmp_path / f"{Path(name).name}.out.jsonl"), "-q"]) == 0
        here, piped = tmp_path / "in.jsonl.out.jsonl", tmp_path / "-.out.jsonl"
        assert here.read_bytes() == piped.read_bytes()

    def test_articles_without_sites_are_refused(self, tmp_path, capsys):
        path = write(tmp_path / "in.jsonl", {"text": page(1)}, {"text": page(2)})
        assert main(["run", path, "--learn-sites"]) == 2
        assert (
            "no article names its site in the field 'site'; name the field with --site-field" in capsys.readouterr().err
        )

    def test_one_of_the_two(self, corpus, learnt, capsys):
        assert main(["run", corpus, "--learn-sites", "--site-profile", learnt]) == 2
        assert "give one of them" in capsys.readouterr().err

    def test_a_file_that_is_no_profile(self, corpus, capsys):
        assert main(["run", corpus, "--site-profile", corpus]) == 1
        assert "in.jsonl: cannot read site profiles" in capsys.readouterr().err


class TestResume:
    """A run goes on only with the profiles it began with."""

    @pytest.fixture
    def stop(self, monkeypatch):
        def run_to_a_stop(*arguments):
            def fail(*_, **__):
                raise FileError("stopped here")

            with monkeypatch.context() as patch:
                patch.setattr(flow, "compare_all", fail)
                assert main(["run", *arguments, "--resume", "-q"]) == 1

        return run_to_a_stop

    def test_another_profile_is_another_run(self, stop, corpus, learnt, tmp_path, capsys):
        command = [corpus, "-o", str(tmp_path / "out.jsonl"), "--site-profile", learnt]
        stop(*command)
        saved = Path(learnt).read_text()
        write(tmp_path / "more.jsonl", {"site": "alton.example", "text": page(99)})
        assert main(["learn", str(tmp_path / "more.jsonl"), "--merge", learnt, "-o", learnt, "-q"]) == 0
        assert main(["run", *command, "--resume", "-q"]) == 2
        assert "files of options changed since" in capsys.readouterr().err
        Path(learnt).write_text(saved)
        assert main(["run", *command, "--resume", "-q"]) == 0

    def test_learnt_on_the_way(self, stop, corpus, tmp_path, capsys):
        command = [corpus, "-o", str(tmp_path / "out.jsonl"), "--learn-sites"]
        stop(*command)
        assert main(["run", *command[:-1], "--resume", "-q"]) == 2
        assert "options changed since" in capsys.readouterr().err
        assert main(["run", *command, "--resume", "-q"]) == 0
        assert main(["run", corpus, "-o", str(tmp_path / "calm.jsonl"), "--learn-sites", "-q"]) == 0
        assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "calm.jsonl").read_bytes()
