"""What the command writes to stdout is data, whatever compiled code would like to add."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from netkit.cli.common import forget_odd_sizes

NOISY = """
import ctypes
from netkit.cli.common import print_json, run

def command(standalone_mode):
    library = ctypes.CDLL(None)
    library.puts(b"HighsMipSolverData: a debug line")
    print_json({"schema": "netkit/none/1"})
    library.fflush(None)

run(command)
"""


def test_lines_of_a_library_do_not_spoil_json():
    done = subprocess.run([sys.executable, "-c", NOISY], capture_output=True, text=True)
    assert json.loads(done.stdout) == {"schema": "netkit/none/1"}
    assert "a debug line" in done.stderr
    assert done.returncode == 0


def test_a_reader_that_has_gone_is_no_traceback():
    command = f"{sys.executable} -c '{NOISY}' | true"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert "Traceback" not in done.stderr


INTERRUPTED = """
import sys

class Impatient:
    def find_spec(self, name, path=None, target=None):
        if name == "netkit.cli.main":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Impatient())
from netkit.cli.entry import main
main()
"""


def test_ctrl_c_while_the_command_is_loading_is_one_line():
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (3, "netkit: interrupted\n")


@pytest.mark.parametrize("name", ["COLUMNS", "LINES", "TERMINAL_WIDTH"])
def test_a_size_of_a_screen_that_is_none_is_as_if_it_was_not_told(name: str) -> None:
    odd = ("²", "٣٠", "x", "-5", "0", "00", "99999999999", "1" * 5000)
    for size in odd:
        environment = {name: size, "TERM": size}
        forget_odd_sizes(environment)
        assert environment == {"TERM": size}
    for size in ("", "1", "80", "9999"):
        environment = {name: size}
        forget_odd_sizes(environment)
        assert environment == {name: size}


def test_help_is_there_on_a_screen_of_superscript_two_columns() -> None:
    script = "from netkit.cli.entry import main; import sys; sys.argv[1:] = ['-h']; main()"
    env = {**os.environ, "COLUMNS": "²", "LINES": "²", "TERMINAL_WIDTH": "²"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert "probe" in done.stdout


LARGE = """
from netkit.cli.common import print_json, run

def command(standalone_mode):
    print_json({"schema": "netkit/none/1", "rows": ["row"] * 200_000})
    return 2

run(command)
"""


def test_a_reader_of_json_that_leaves_early_leaves_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "large.py").write_text(LARGE)
    command = f"{{ {sys.executable} {tmp_path}/large.py; echo $? >&2; }} | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("{\n", "2\n")
