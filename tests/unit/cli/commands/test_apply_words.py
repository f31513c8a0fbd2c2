"""``netkit apply``: an option that means nothing as typed is refused, and changes nothing."""

import pytest
from command import netkit


def test_how_vtysh_is_run_is_not_taken_for_a_change_of_linux(tmp_path, monkeypatch):
    done = netkit("apply", tmp_path, "--vtysh", "docker exec frr vtysh")
    assert done.returncode == 3
    assert "--vtysh; expected --frr beside it" in done.stderr
    monkeypatch.setenv("NETKIT_APPLY_VTYSH", "docker exec frr vtysh")
    assert "no configurations for linux" in netkit("apply", tmp_path).stderr


@pytest.mark.parametrize("words", [("--usid",), ("--max-sids", "3"), ("--sids-by-hand",)])
def test_how_to_plan_is_not_asked_of_a_folder_that_was_planned(tmp_path, words):
    done = netkit("apply", tmp_path, *words)
    assert done.returncode == 3
    assert f"{words[0]}; expected a topology file, which is planned" in done.stderr
