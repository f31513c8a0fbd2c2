"""tools/check-yang: what it hands to yanglint, and what it answers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "emit" / "sros" / "classic.xml"

STUB = """\
#!{python}
import sys
from pathlib import Path

given = [Path(one).read_text() for one in sys.argv[1:] if one.endswith(".xml")]
Path({seen!r}).write_text("".join(given))
print("libyang warn: noise", file=sys.stderr)
if "24.10-bad" in "".join(sys.argv):
    print("libyang err : Invalid", file=sys.stderr)
    sys.exit(1)
"""


def run(folder, tmp_path, *files):
    stub = tmp_path / "bin" / "yanglint"
    stub.parent.mkdir(exist_ok=True)
    seen = tmp_path / "seen"
    stub.write_text(STUB.format(python=sys.executable, seen=str(seen)))
    stub.chmod(0o755)
    path = f"{stub.parent}{os.pathsep}{os.environ['PATH']}"
    command = [sys.executable, ROOT / "tools" / "check-yang", "sros", folder, *files]
    env = {**os.environ, "PATH": path}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    return done, seen.read_text() if seen.exists() else ""


@pytest.fixture
def models(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "nokia-conf.yang").write_text("module nokia-conf {}")
    return folder


def test_the_instance_is_what_is_inside_config_and_its_interfaces_stand(models, tmp_path):
    done, seen = run(models, tmp_path, GOLDEN)
    assert (done.returncode, done.stdout) == (0, "1 of 1 files are valid\n")
    assert "<config " not in seen
    assert "<interface-name>to-lanzhou</interface-name></interface>" in seen


def test_what_is_not_valid_is_told(models, tmp_path):
    bad = models.rename(tmp_path / "24.10-bad")
    done, _ = run(bad, tmp_path, GOLDEN)
    assert done.returncode == 2
    assert done.stdout == f"{GOLDEN}: libyang err : Invalid\n0 of 1 files are valid\n"


def test_without_models_nothing_is_checked(tmp_path):
    done, seen = run(tmp_path, tmp_path, GOLDEN)
    assert (done.returncode, seen) == (3, "")
    assert "no nokia-conf" in done.stderr
