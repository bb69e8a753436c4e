"""The client as a package of its own: what it needs, what it brings."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "clients" / "python"
SOURCES = sorted((PACKAGE / "src" / "lookalike_client").rglob("*.py"))


def test_it_imports_httpx_and_nothing_else_that_python_lacks():
    imported = {
        name.partition(".")[0]
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text()))
        for name in _names(node)
    }
    assert imported - sys.stdlib_module_names == {"httpx", "lookalike_client"}


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0
        return [node.module or ""]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def test_it_is_imported_without_the_shop():
    probe = (
        "import sys, lookalike_client; "
        "print(*sorted({'django', 'search', 'catalog', 'config'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", probe],
        cwd=PACKAGE,
        env={"PYTHONPATH": str(PACKAGE / "src")},
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("\n", "")


def test_a_wheel_brings_the_types_and_the_licence(tmp_path: Path):
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    copy = tmp_path / "client"
    shutil.copytree(PACKAGE, copy)

    subprocess.run([*pip, "--wheel-dir", tmp_path, copy], check=True, capture_output=True)

    [wheel] = tmp_path.glob("lookalike_client-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    brought = {name for name in names if name.startswith("lookalike_client/")}
    assert {str(each.relative_to(PACKAGE / "src")) for each in SOURCES} < brought
    assert "lookalike_client/py.typed" in brought
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_licence_is_the_shops():
    assert (PACKAGE / "LICENSE").read_bytes() == (PACKAGE.parents[1] / "LICENSE").read_bytes()
