"""What ``vtysh`` prints, as it is taken."""

import pytest

from netkit.apply.frr.vtysh import Vtysh
from netkit.errors import ApplyError


def says(script: str) -> Vtysh:
    """A ``vtysh`` that runs this shell script, whatever it is told."""
    return Vtysh(("sh", "-c", script, "vtysh"))


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_words_of_others_need_not_be_utf8(monkeypatch, locale):
    monkeypatch.setenv("LC_ALL", locale)
    text = says(r"printf 'interface ge0\n description caf\351 \345\256\242\n'").running()
    assert text.splitlines() == ["interface ge0", " description caf\ufffd 客"]


def test_what_a_daemon_refuses_is_told():
    with pytest.raises(ApplyError, match="show version: % Unknown command"):
        says("echo '% Unknown command'").run(["show version"])
