"""``netkit apply``: an option that means nothing as typed is refused, and changes nothing."""

from command import netkit


def test_how_vtysh_is_run_is_not_taken_for_a_change_of_linux(tmp_path, monkeypatch):
    done = netkit("apply", tmp_path, "--vtysh", "docker exec frr vtysh")
    assert done.returncode == 3
    assert "--vtysh; expected --frr beside it" in done.stderr
    monkeypatch.setenv("NETKIT_APPLY_VTYSH", "docker exec frr vtysh")
    assert "no configurations for linux" in netkit("apply", tmp_path).stderr
