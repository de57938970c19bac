"""What can be known of `deploy/` where no container runs: what its files name is there, their own tools read them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from chatserver.nodes import STOP_EXTRA_S
from chatserver.settings import PREFIX, Settings, unknown_variables
from tests.caddy import CADDY, adapted, missing
from tests.test_deploy import DEPLOY, ROOT

CONTAINERFILE = (DEPLOY / "Containerfile").read_text()
COMPOSE = (DEPLOY / "compose.yaml").read_text()
UNIT = DEPLOY / "systemd" / "alongside.service"


def instructions(name: str) -> list[str]:
    """Give the arguments of every instruction of this name, in order."""
    whole = CONTAINERFILE.replace("\\\n", " ")
    return [line.partition(" ")[2].strip() for line in whole.splitlines() if line.startswith(name + " ")]


def copied() -> list[tuple[list[str], str]]:
    """Give what is copied out of the checkout, and where to."""
    words = [line.split() for line in instructions("COPY") if not line.startswith("--from=")]
    return [(sources, target) for *sources, target in words]


def test_all_that_the_container_copies_is_there_and_may_be_seen() -> None:
    """And nothing else may be seen of a checkout: no secrets, no data, no environment."""
    sources = {source for sources, _ in copied() for source in sources}
    assert {source for source in sources if not (ROOT / source).exists()} == set()
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == sources


def test_what_the_container_copies_builds_a_whole_wheel(tmp_path: Path) -> None:
    """Its own build command, in a folder that holds nothing else, gives a wheel with pages, rules and functions."""
    for sources, target in copied():
        for source in sources:
            place = tmp_path / target if len(sources) == 1 and target != "./" else tmp_path / source
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, place)
    command = next(part for part in re.split(r"&&", instructions("RUN")[1]) if "hatchling build" in part).split()
    assert command[:2] == ["/opt/build/bin/hatchling", "build"]
    there = [part.replace("/tmp/wheel", str(tmp_path / "wheel")) for part in command[2:]]
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", *there],
        cwd=tmp_path, check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    (wheel,) = (tmp_path / "wheel").glob("*.whl")
    shutil.unpack_archive(wheel, tmp_path / "wheel" / "unpacked", "zip")
    for source in ("chatserver", "moderation", "static"):
        files = {path.relative_to(ROOT) for path in (ROOT / source).rglob("*") if fnmatch(path.name, "*.?*")}
        wanted = {path for path in files if path.suffix != ".pyc" and (ROOT / path).is_file()}
        inside = tmp_path / "wheel" / "unpacked" / ("chatserver" if source == "static" else "")
        assert {str(path) for path in wanted if not (inside / path).is_file()} == set()


def test_a_nodes_settings_are_ones_that_it_takes() -> None:
    """Each variable of the compose file and the container file is a setting, with a value that can be."""
    given = dict(re.findall(r"^ +(CHAT_[A-Z_]+): \"?(.+?)\"?$", COMPOSE, re.MULTILINE))
    given |= dict(pair.split("=", 1) for line in instructions("ENV") for pair in line.split() if "CHAT_" in pair)
    assert len(given) >= 9
    given = {name: re.sub(r"\$\{DOMAIN:[^}]*\}", "chat.example", value) for name, value in given.items()}
    assert unknown_variables(given) == []
    settings = Settings(**{name.removeprefix(PREFIX).lower(): value for name, value in given.items()})
    assert settings.origins == ("https://chat.example",)
    grace = re.search(r"stop_grace_period: (\d+)s\n  depends_on", COMPOSE)
    assert grace is not None
    assert int(grace[1]) >= settings.drain_s + STOP_EXTRA_S, "docker would kill a node that drains"


def test_every_file_that_the_compose_file_names_is_there_or_made(tmp_path: Path) -> None:
    """Mounted files are in deploy/, secrets are what make-secrets makes; volumes and networks are declared."""
    subprocess.run([str(DEPLOY / "make-secrets"), str(tmp_path)], check=True, capture_output=True, timeout=20)
    named = re.findall(r"(?:- \./|^    file: |env_file: )(\S+?)(?::|$)", COMPOSE, re.MULTILINE)
    assert len(named) > 8
    for name in named:
        made = tmp_path / name.removeprefix("secrets/")
        assert made.exists() if name.startswith("secrets/") else (DEPLOY / name).exists(), name
    for kind, used in (
        ("volumes", re.findall(r"- (\w+):/", COMPOSE) + re.findall(r"volumes: \[(\w+):/", COMPOSE)),
        ("networks", re.findall(r"\w+", " ".join(re.findall(r"networks: \[(.+?)\]", COMPOSE)))),
    ):
        declared = re.findall(r"^  (\w+):", COMPOSE.partition(f"\n{kind}:\n")[2].partition("\n\n")[0], re.MULTILINE)
        assert sorted(set(used)) == sorted(declared), kind


def test_the_units_own_tool_reads_it() -> None:
    """systemd knows every line of it; a reload is SIGHUP to the supervisor, and a drain has the time it may take."""
    text = UNIT.read_text()
    assert "ExecReload=/bin/kill -HUP $MAINPID\n" in text
    stop_s = re.search(r"TimeoutStopSec=(\d+)", text)
    assert stop_s is not None
    assert int(stop_s[1]) >= Settings.model_fields["drain_s"].default + STOP_EXTRA_S
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(UNIT)], capture_output=True, text=True, timeout=60, check=False
    )
    said = [line for line in (done.stdout + done.stderr).splitlines() if UNIT.name in line]
    assert [line for line in said if "/opt/alongside/bin/chatserver is not executable" not in line] == []


def test_caddy_reads_its_file(tmp_path: Path) -> None:
    """The file as it is, but for the one line that an older Caddy than 2.7 does not know, as the file says."""
    if missing():
        pytest.skip("there is no caddy")
    config = tmp_path / "Caddyfile"
    config.write_text(adapted())
    done = subprocess.run(
        [str(CADDY), "validate", "--config", str(config), "--adapter", "caddyfile"],
        capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "DOMAIN": "chat.example"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
