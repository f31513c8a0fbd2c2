"""``netkit push``: what it takes, and what it refuses before anything is connected."""

import json

import pytest
from command import netkit

from netkit.cli.commands.push import with_port
from netkit.emit.targets import dialect
from netkit.errors import InputError
from netkit.model.router_state import RouterState

BGP = ("--bgp", "127.0.0.1:1", "--headend", "192.0.2.7")


@pytest.fixture
def folder(tmp_path):
    for name in "ab":
        json_dialect, state = dialect("json"), RouterState(name)
        files = json_dialect.render(json_dialect.carried(state))
        (tmp_path / f"{name}.json").write_text(files[".json"])
    return tmp_path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "where to is not said; expected one of --bgp and --netconf"),
        ((*BGP, "--netconf", "me@r"), "where to is not said; expected one of --bgp and --netconf"),
        (("--bgp", "r:0", "--headend", "192.0.2.7"), "no server: r:0"),
        (("--bgp", "r"), "--headend; expected that of the router"),
        (("--bgp", "r", "--headend", "2001:db8::1"), "--headend: 2001:db8::1; expected"),
        (BGP, "--router; expected one of 2"),
        ((*BGP, "--router", "c"), "--router: c; expected one of 2"),
        (("--netconf", "r"), "--netconf: r; expected USER@HOST"),
        (("--netconf", "me@r", "--confirm", "0s"), "--confirm: 0s; expected 1s to 1h"),
        (("--netconf", "me@r"), "no configuration for NETCONF"),
        (("--netconf", "me@r", "--withdraw"), "--withdraw; expected --bgp beside it"),
        (("--netconf", "me@r", "--headend", "10.0.0.1"), "--headend; expected --bgp beside it"),
        ((*BGP, "--key-file", "k"), "--key-file; expected --netconf beside it"),
    ],
)
def test_what_is_wrong_is_said_with_3(folder, words, said):
    done = netkit("push", str(folder), *words)
    assert done.returncode == 3
    assert said in done.stderr


def test_a_default_for_the_other_way_is_no_wish_of_this_push(folder, monkeypatch):
    monkeypatch.setenv("NETKIT_PUSH_KEY_FILE", "k")
    assert "--router; expected one of 2" in netkit("push", str(folder), *BGP).stderr


def test_nobody_there_is_said_with_3(folder, tmp_path, monkeypatch):
    pytest.importorskip("grpc")
    monkeypatch.setenv("NETKIT_STATE", str(tmp_path / "state"))
    done = netkit("push", str(folder), *BGP, "--router", "a")
    assert done.returncode == 3
    assert "GoBGP at 127.0.0.1:1: UNAVAILABLE" in done.stderr
    assert not (tmp_path / "state" / "audit.jsonl").exists()


def test_servers_have_their_port():
    assert with_port("[2001:db8::1]", 830) == "[2001:db8::1]:830"
    for wrong in ("", ":1", "2001:db8::1", "r:", "r:x", "r:65536"):
        with pytest.raises(InputError, match="no server"):
            with_port(wrong, 830)


def test_documents_have_their_schema():
    from netkit.apply.push.bgp.transaction import Plan, Pushed
    from netkit.apply.push.netconf.transaction import PushedConfig
    from netkit.report.documents.routers.push import pushed_config_to_json, pushed_to_json

    bgp = pushed_to_json(Pushed("a", Plan((), (), {}), 2), dry_run=True)
    assert bgp == {
        "schema": "netkit/push/1", "router": "a", "dry_run": True, "announced": [],
        "withdrawn": [], "held": 2,
    }  # fmt: skip
    config = pushed_config_to_json(PushedConfig("a", ("x",), ("y",)), dry_run=False)
    assert json.dumps(config).startswith('{"schema": "netkit/push-config/1"')
    assert (config["changes"], config["besides"]) == (["x"], ["y"])
