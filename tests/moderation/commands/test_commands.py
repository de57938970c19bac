"""The command line: what it answers, and the one sentence for input it cannot use."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from moderation.__main__ import main
from moderation.commands import cost
from moderation.commands.measure import Score, wilson


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str, stdin: str = "") -> int:
    monkeypatch.setattr("sys.argv", ["moderation", *arguments])
    monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    return main()


def _write(path: Path, *entries: object) -> str:
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), "utf-8")
    return str(path)


def test_review_when_lines_come(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each object comes back with its verdict, other fields untouched."""
    assert _run(monkeypatch, "review", stdin='{"text": "i want to kill myself", "n": 7}\n') == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["n"], answer["level"], answer["action"], answer["labels"]) == (7, "red", "deliver", ["suicide"])


@pytest.mark.parametrize("line", ["no json", "[]", "{}", '{"text": 3}', '{"text": "a", "before": 5}'])
def test_review_when_line_is_bad(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    """One sentence with the line, and exit code 2."""
    assert _run(monkeypatch, "review", stdin=f'{{"text": "soup"}}\n{line}\n') == 2
    assert "line 2" in capsys.readouterr().err


def test_measure_when_truth_is_mixed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Every known kind of truth is counted, and no words are printed unless asked for."""
    data = _write(
        tmp_path / "data.jsonl",
        {"text": "i want to kill myself", "level": "red", "labels": ["suicide"]},
        {"text": "marmalade", "label": "crisis", "cssrs": 2},
        {"text": "soup", "label": "benign", "source": "kitchen"},
        {"text": "soup", "label": "non-hateful"},
        {"text": "mail me at ada@example.org", "spans": [[11, 26, "EMAIL"]]},
    )
    assert _run(monkeypatch, "measure", data) == 0
    out = capsys.readouterr().out
    assert "red or above" in out
    assert "label suicide" in out
    assert "kitchen" in out
    assert "personal EMAIL" in out
    assert "data.jsonl, 2, red" in out
    assert "marmalade" not in out
    assert _run(monkeypatch, "measure", "--show", data) == 0
    assert "marmalade" in capsys.readouterr().out


@pytest.mark.parametrize(
    "bad",
    [
        {"text": "a", "level": "mauve"},
        {"level": "red"},
        {"text": "a", "cssrs": "x"},
        {"text": "a", "limits": ["suicide"]},
    ],
)
@pytest.mark.parametrize("command", ["measure", "train"])
def test_command_when_data_is_bad(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    bad: dict[str, object],
    command: str,
) -> None:
    """One sentence with the line, exit code 2, and nothing is written."""
    data, out = _write(tmp_path / "data.jsonl", {"text": "soup", "level": "green"}, bad), tmp_path / "out.bin"
    more = ["--out", str(out)] if command == "train" else []
    assert _run(monkeypatch, command, data, *more) == 2
    answer = capsys.readouterr()
    assert "line 2" in answer.err
    assert not answer.out
    assert not out.exists()


def test_measure_when_limits_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """One of the named boundaries found is a hit; where none is named, any that is found is a false alarm."""
    data = _write(
        tmp_path / "data.jsonl",
        {"text": "mail me at ada@example.org", "limits": ["contact", "personal_info"], "kind": "post"},
        {"text": "soup", "limits": ["personal_info"], "kind": "post"},
        {"text": "mail bob@example.org", "limits": [], "kind": "post"},
    )
    assert _run(monkeypatch, "measure", data) == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("limit, post"))
    assert row.split()[2:4] == ["2", "0.500"]  # two true lines, half of what was found is true
    assert row.split()[-3].startswith("[0.")
    assert row.split()[-1] == "0.500"


def test_check_when_word_list_of_boundaries_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The boundaries' files are sound, their list of words among them."""
    rules = Path(__file__).parents[3] / "moderation" / "boundaries" / "rules"
    assert _run(monkeypatch, "check", *map(str, sorted(rules.glob("*.toml")))) == 0


def test_check_when_group_is_sound_or_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A packaged group is sound; a fault is told with line and column."""
    groups = Path(__file__).parents[3] / "moderation" / "groups"
    assert _run(monkeypatch, "check", *map(str, sorted(groups.glob("*.toml")))) == 0
    bad = tmp_path / "bad.toml"
    bad.write_text("slow_mode_s = 5\nmauve = 1\n", "utf-8")
    assert _run(monkeypatch, "check", str(bad)) == 1
    assert "bad.toml:2:1: " in capsys.readouterr().err


def test_diff_when_rules_are_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same rules change nothing."""
    rules = Path(__file__).parents[3] / "moderation" / "rules"
    path = str(rules / "danger.toml" if (rules / "danger.toml").exists() else rules)
    data = _write(tmp_path / "data.jsonl", {"text": "i want to kill myself"})
    assert _run(monkeypatch, "diff", path, path, data) == 0


def test_diff_when_rules_changed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Each line that changes is named; how far it is is told beside, on standard error, never among the answers."""
    (tmp_path / "none").mkdir()
    rules = str(Path(__file__).parents[3] / "moderation" / "rules")
    data = _write(tmp_path / "data.jsonl", {"text": "soup again"}, {"text": "rope is tied"}, {"text": "lovely"})
    assert _run(monkeypatch, "diff", str(tmp_path / "none"), rules, data) == 1
    told = capsys.readouterr()
    assert [line.split(",")[0] for line in told.out.splitlines()] == ["newly flagged: line 2"]
    assert "3 of 3" in told.err
    assert "rope" not in told.out + told.err


def test_wilson_when_known() -> None:
    """Agrees with the published example: 81 of 263 is .255 to .366 (Newcombe 1998, table I)."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)


def test_score_when_counted() -> None:
    """F1 is the harmonic mean of precision and recall."""
    score = Score(right=2, missed=1, false=3)
    assert score.row("x").endswith("0.500")


RULES = Path(__file__).parents[3] / "moderation"


def test_check_when_all_packaged_files_are_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Danger rules and their word lists, boundary rules and groups: every example holds."""
    files = [
        str(path) for folder in ("rules", "boundaries/rules", "groups") for path in (RULES / folder).glob("*.toml")
    ]
    assert _run(monkeypatch, "check", *files) == 0
    assert capsys.readouterr().out == f"{len(files)} sound\n"


@pytest.mark.parametrize(
    ("source", "old", "new", "words"),
    [
        ("rules/threat.toml", "match = [", 'match = [\n  "we had soup", ', "must match and does not"),
        ("boundaries/rules/hate.toml", "\nnot = [", '\nnot = [\n  "i hate all muslims", ', "must not match and does"),
        ("rules/threat.toml", 'label = "threat"', 'label = "threat"\naction = "hold"', "action"),
    ],
)
def test_check_when_a_rule_does_not_keep_its_word(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    source: str,
    old: str,
    new: str,
    words: str,
) -> None:
    """The fault names file, line, column and rule; nothing of a danger rule can limit anybody."""
    text = (RULES / source).read_text("utf-8")
    assert old in text
    file = tmp_path / "changed.toml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    assert _run(monkeypatch, "check", str(file)) == 1
    said = capsys.readouterr().err
    assert words in said
    assert f"{file}:" in said


def test_cost_when_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Each length, the hostile texts and the memory have their row, on lines given or on the rules' own."""
    monkeypatch.setattr(cost, "LENGTHS", ((40, 4), (400, 2)))
    data = _write(tmp_path / "data.jsonl", {"text": "the bus was late again"}, {"text": "we had soup"})
    for given in ([data], []):
        assert _run(monkeypatch, "measure", "--cost", *given) == 0
        rows = capsys.readouterr().out.splitlines()
        assert [row.split("  ")[0] for row in rows[:4]] == [
            "CPU a review",
            "40 characters",
            "400 characters",
            "hostile, 400",
        ]
        assert all(float(number) > 0 for row in rows[1:4] for number in row.split()[2:])


def test_cost_texts_when_put_together() -> None:
    """They have the length asked for, are the same each time, and hold nothing but the lines and what joins them."""
    texts = cost.joined(["aa", "bb", "cc"], 50, 20)
    assert texts == cost.joined(["aa", "bb", "cc"], 50, 20)
    assert {len(text) for text in texts} == {50}
    assert len(set(texts)) == 20
    assert set("".join(texts)) <= set("abc .,\n")
    assert {len(text) for text in cost.hostile(99)} == {99}


RULE_FILE = """
[[rule]]
id = "x"
label = "suicide"
level = "red"
intent = "Says so."
source = "here"
owner = "us"
reviewed = 2026-11-26
guards = []
pattern = ["jam|jam pot", "honey"]
match = ["jam"]
not = ["no"]
"""


def test_alone_when_a_pattern_adds_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A pattern whose every line another one catches too is named, and no words of the lines are."""
    (tmp_path / "rules.toml").write_text(RULE_FILE, "utf-8")
    data = _write(
        tmp_path / "data.jsonl",
        {"text": "a jam pot", "level": "red"},
        {"text": "wild honey", "level": "crisis"},
        {"text": "honey again", "level": "red"},
        {"text": "jam for all", "level": "green"},
        {"text": "soup", "level": "red"},
    )
    rules = str(tmp_path / "rules.toml")
    assert _run(monkeypatch, "alone", data, "--rules", rules) == 1
    out = capsys.readouterr().out
    assert out == "x, pattern 1, alternative 2: alone 0 of 1, harmless 0\n"
    assert _run(monkeypatch, "alone", data, "--rules", rules, "--at-most", "1") == 1
    assert "x, pattern 1, alternative 1: alone 1 of 2, harmless 1" in capsys.readouterr().out


def test_alone_when_each_pattern_adds_something(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With nothing to name the answer is 0."""
    (tmp_path / "rules.toml").write_text(RULE_FILE.replace("jam|jam pot", "jam"), "utf-8")
    data = _write(tmp_path / "data.jsonl", {"text": "wild honey", "level": "crisis"})
    assert _run(monkeypatch, "alone", data, "--rules", str(tmp_path / "rules.toml")) == 0
