"""IETF and SONiC files against their YANG: valid in every case, and a broken leaf is refused."""

import json

import pytest
from hypothesis import given, settings
from plan_cases import national_states
from router_states import router_states
from vendor_states import vendor_state
from yang import complaints, config_of, modules, needs_yang

from netkit.emit.ietf.dialect import DIALECT as IETF
from netkit.emit.sonic.dialect import DIALECT as SONIC

pytestmark = needs_yang

CASES = {
    "one-list": vendor_state(usid=False),
    "usid": vendor_state(),
    "weighted": vendor_state(usid=False, cases=("weighted",)),
    "backup": vendor_state(cases=("backup",)),
    "binding-sid": vendor_state(cases=("binding",)),
    "all": vendor_state(cases=("weighted", "backup", "binding", "ipv4", "flex")),
}


def ietf_file(state) -> str:
    return config_of(IETF.render(IETF.carried(state))[".xml"])


def ietf_json(state) -> str:
    return IETF.render(IETF.carried(state))[".json"]


def ietf_says(folder, *files: str) -> str:
    named = {
        f"{number}{'.json' if text.startswith('{') else '.xml'}": text
        for number, text in enumerate(files)
    }
    return complaints(folder, named, modules("ietf/srv6", "ietf/stamp"))


def sonic_file(state) -> str:
    """CONFIG_DB as SONiC's own tools hold it to the YANG: a list a table, with the ports and VRFs
    that it refers to, which are a router's and not netkit's."""
    tables = json.loads(SONIC.render(SONIC.carried(state))[".json"])
    locators = [
        {"locator_name": name, **_numbers(entry)}
        for name, entry in tables.get("SRV6_MY_LOCATORS", {}).items()
    ]
    sids = [
        dict(zip(("locator", "ip_prefix"), key.split("|"), strict=True)) | entry
        for key, entry in tables.get("SRV6_MY_SIDS", {}).items()
    ]
    ports = sorted({sid["interface"] for sid in sids if "interface" in sid})
    vrfs = sorted({sid["decap_vrf"] for sid in sids if "decap_vrf" in sid} - {"default"})
    return json.dumps({
        "sonic-srv6:sonic-srv6": {
            "SRV6_MY_LOCATORS": {"SRV6_MY_LOCATORS_LIST": locators},
            "SRV6_MY_SIDS": {"SRV6_MY_SIDS_LIST": sids},
        },
        "sonic-port:sonic-port": {"PORT": {"PORT_LIST": [
            {"name": one, "lanes": str(lane), "speed": 100000} for lane, one in enumerate(ports)
        ]}},
        "sonic-vrf:sonic-vrf": {"VRF": {"VRF_LIST": [{"name": one} for one in vrfs]}},
    })  # fmt: skip


def _numbers(entry: dict[str, str]) -> dict[str, object]:
    return {name: value if name == "prefix" else int(value) for name, value in entry.items()}


def sonic_says(folder, *files: str) -> str:
    named = {f"{number}.json": text for number, text in enumerate(files)}
    return complaints(folder, named, modules("sonic"), "-i")


@pytest.mark.parametrize("case", CASES)
def test_ietf_files_are_valid(case, tmp_path):
    assert IETF.exceeded(CASES[case], None) == ()
    assert ietf_says(tmp_path, ietf_file(CASES[case])) == ""
    assert ietf_says(tmp_path, ietf_json(CASES[case])) == ""


@pytest.mark.parametrize(
    ("leaf", "broken"),
    [
        ('"length": 48', '"length": "48"'),
        ('"length": 48', '"length": 97'),
        ('"enable": true', '"enable": "true"'),
        ('"color": 20000', '"color": 0'),
        ('"ietf-srv6-base:srv6"', '"srv6"'),
        ("ietf-sr-policy-types:segment-type-B", "segment-type-B"),
        ('"reflector-udp-port": 862', '"reflector-udp-port": 863'),
    ],
)
def test_a_broken_leaf_of_ietf_in_json_is_refused(leaf, broken, tmp_path):
    text = ietf_json(CASES["all"])
    assert leaf in text
    assert ietf_says(tmp_path, text.replace(leaf, broken, 1)) != ""


@pytest.mark.parametrize("case", ["usid", "backup", "all"])
def test_sonic_files_are_valid(case, tmp_path):
    assert SONIC.exceeded(CASES[case], None) == ()
    assert sonic_says(tmp_path, sonic_file(CASES[case])) == ""


@pytest.mark.parametrize("usid", [False, True])
def test_the_national_plan_is_valid(usid, tmp_path):
    states = national_states(usid=usid).values()
    assert sum(len(state.policies) for state in states) > 50
    assert not [one for state in states for one in IETF.exceeded(state, None)]
    assert ietf_says(tmp_path, *map(ietf_file, states)) == ""
    assert ietf_says(tmp_path, *map(ietf_json, states)) == ""
    if usid:
        assert not [one for state in states for one in SONIC.exceeded(state, None)]
        assert sonic_says(tmp_path, *map(sonic_file, states)) == ""


@pytest.mark.parametrize(
    ("leaf", "broken"),
    [
        ("<length>48<", "<length>97<"),
        ("srv6-sid-fmt-cnext-3216", "srv6-sid-fmt-cnext-3217"),
        ("<algorithm>128<", "<algorithm>127<"),
        ("<color>20000<", "<color>0<"),
        ("<preference>400<", "<preference>0<"),
        ("<preference>400<", "<preference>300<"),
        ("<weight>3<", "<weight>-1<"),
        ("<name-ref>to-kunming-20000us-300<", "<name-ref>nowhere<"),
        ("<endpoint>5f00:0:9::1<", "<endpoint>kunming<"),
        ("5f00:0:7:b000::/128", "5f00:0:7:b000::/129"),
        ("END.X.NEXT-CSID", "END.Y.NEXT-CSID"),
        ("segment-type-B", "segment-type-Z"),
        ("<reflector-udp-port>862<", "<reflector-udp-port>863<"),
        ("<sender-ip>", "<sender-ipv6>"),
    ],
)
def test_a_broken_leaf_of_ietf_is_refused(leaf, broken, tmp_path):
    text = ietf_file(CASES["all"])
    assert leaf in text
    assert ietf_says(tmp_path, text.replace(leaf, broken, 1)) != ""


@pytest.mark.parametrize(
    ("leaf", "broken"),
    [
        ('"block_len": 32', '"block_len": 0'),
        ('"func_len": 16', '"func_len": 127'),
        ('"action": "uN"', '"action": "uM"'),
        ('"5f00:0:7::/48"', '"5f00:0:7::/129"'),
        ('"locator": "algo0"', '"locator": "algo1"'),
        ('"decap_dscp_mode": "pipe"', '"decap_dscp_mode": "hose"'),
        ('"decap_vrf": "Vrfcustomers"', '"decap_vrf": "customers"'),
        ('"interface": "ge1", ', ""),
        ('"adj": ', '"neighbour": '),
    ],
)
def test_a_broken_leaf_of_sonic_is_refused(leaf, broken, tmp_path):
    text = sonic_file(CASES["usid"])
    assert leaf in text
    assert sonic_says(tmp_path, text.replace(leaf, broken, 1)) != ""


@given(router_states())
@settings(max_examples=200, deadline=None, database=None)
def test_random_states_are_valid(tmp_path_factory, state):
    folder = tmp_path_factory.mktemp("random")
    assert IETF.exceeded(state, None) == ()
    assert ietf_says(folder, ietf_file(state)) == ""
    assert ietf_says(folder, ietf_json(state)) == ""
    assert sonic_says(folder, sonic_file(state)) == ""
