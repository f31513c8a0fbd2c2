"""What the command writes to stdout is data, whatever compiled code would like to add."""

import json
import subprocess
import sys

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
