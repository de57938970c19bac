"""The house keeps its own rules: who imports whom, what the core may not know, what is documented."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ["core", "groups", "store", "live", "web", "sides"]  # each may import those before it
IMPURE = {"asyncio", "time", "random", "secrets", "os", "socket", "logging", "pathlib", "threading", "environ"}
SOURCES = sorted((ROOT / "chatserver").rglob("*.py"))


def imported(source: str) -> set[str]:
    """Give every module a source imports, at any depth."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def wrong_imports(room: str, source: str) -> set[str]:
    """Give what a module in this room must not import."""
    modules = imported(source)
    later = {f"chatserver.{name}" for name in ORDER[ORDER.index(room) + 1 :]}
    above = {
        "chatserver.app",
        "chatserver.node",
        "chatserver.nodes",
        "chatserver.nursery",
        "chatserver.warm",
        "chatserver.supervisor",
        "chatserver.staff",
        "chatserver.doctor",
        "chatserver.logs",
        "chatserver.keyfile",
        "chatserver.__main__",
        "chatserver.client",
    }
    wrong = {m for m in modules if m in above or any(m == name or m.startswith(name + ".") for name in later)}
    if room == "core":
        wrong |= {m for m in modules if m.partition(".")[0] in IMPURE}
    return wrong


def undocumented(source: str) -> list[str]:
    """Name the public classes and functions without a docstring, and the module itself."""
    tree = ast.parse(source)
    missing = [] if ast.get_docstring(tree) else ["the module"]
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            inside = [n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
            missing += [
                f"{node.name}.{n.name}" for n in inside if not n.name.startswith("_") and not ast.get_docstring(n)
            ]
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node):
            missing.append(node.name)
    return missing


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_keeps_the_rules_of_its_room(path: Path) -> None:
    """Arrows point one way, the core is pure, public names are documented, files stay readable."""
    source, room = path.read_text(), path.relative_to(ROOT / "chatserver").parts[0]
    if room in ORDER:
        assert wrong_imports(room, source) == set()
    assert [name for name in undocumented(source) if "connection_" not in name and "data_received" not in name] == []
    assert len(source.splitlines()) <= 420


def test_only_the_guard_asks_the_moderation_library() -> None:
    """One module of the server knows it, and it knows nothing of the server."""
    asking = {
        str(path.relative_to(ROOT / "chatserver"))
        for path in SOURCES
        if any(module.partition(".")[0] == "moderation" for module in imported(path.read_text()))
    }
    assert asking == {"live/guard.py"}
    for path in (ROOT / "moderation").rglob("*.py"):
        assert not {m for m in imported(path.read_text()) if m.partition(".")[0] == "chatserver"}


def test_the_rules_are_broken_when_a_source_breaks_them() -> None:
    """The checks can fail."""
    assert wrong_imports("core", "import time\nfrom chatserver.store import link") == {"time", "chatserver.store"}
    assert wrong_imports("store", "def f():\n    from chatserver.web import pages") == {"chatserver.web"}
    assert wrong_imports("web", "import chatserver.app") == {"chatserver.app"}
    assert undocumented('"""A module."""\nclass A:\n    def b(self): ...') == ["A.b", "A"]


def test_the_pages_write_text_nodes_only_and_name_nobody_else() -> None:
    """No markup from strings, no script or style in the page, no address of anybody else."""
    for path in (ROOT / "static").rglob("*"):
        if path.suffix in (".js", ".html", ".css"):
            text = path.read_text()
            for word in (
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "style=",
                'onclick="',
            ):
                assert word not in text, (path.name, word)
            assert "://" not in text.replace("http://www.w3.org/2000/svg", "").replace('"wss" : "ws"}://', ""), (
                path.name
            )


def test_no_two_files_of_browser_tests_share_a_group() -> None:
    """Which files one process runs differs from run to run: a room must not hold what another file's tests said."""
    names = re.findall(r'"([A-Z][a-z]+)"', (ROOT / "tests/e2e/conftest.py").read_text().partition("@pytest")[2])
    assert len(names) > 40
    users: dict[str, set[str]] = {}
    for path in (ROOT / "tests/e2e").glob("test_*.py"):
        for name in set(re.findall(r'"([A-Z][a-z]+)"', path.read_text())) & set(names):
            users.setdefault(name, set()).add(path.name)
    assert {name: files for name, files in users.items() if len(files) > 1} == {}
