"""SONiC: goldens, limits, what is read of a whole config_db.json."""

import json
from dataclasses import replace
from ipaddress import IPv6Network

import pytest
from goldens import check_golden
from vendor_states import OWN, SHIFTS, vendor_state

from netkit.emit.sonic.dialect import DIALECT
from netkit.errors import InputError
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import EndpointBehavior, Flavor, LocalSid, RouterState


def test_golden():
    state = vendor_state(cases=("weighted", "backup", "binding", "flex"))
    assert DIALECT.exceeded(state, None) == ()
    (text,) = DIALECT.render(DIALECT.carried(state)).values()
    check_golden("emit/sonic/lanzhou.json", text)


def test_locators_stand_before_their_sids():
    """bgpcfgd drops a SID that it reads first (sonic-buildimage#21826)."""
    (text,) = DIALECT.render(DIALECT.carried(vendor_state())).values()
    assert text.index("SRV6_MY_LOCATORS") < text.index("SRV6_MY_SIDS")


def test_what_is_left_out_says_why():
    carried = DIALECT.carried(vendor_state(cases=("flex",)))
    left = {one.what: one.why for one in carried.left_out}
    assert "uDT46 alone" in left["SID 5f00:0:7:d046::/64, End.DT6"]
    assert "no algorithm" in left["locator algo128 and its SIDs"]
    assert "vtysh" in left["policies"]
    assert {"edge filter", "customer ports", "STAMP reflector"} <= left.keys()


def test_the_vrf_has_the_name_that_sonic_lets_it_have():
    (service,) = (
        sid for sid in DIALECT.carried(vendor_state()).state.sids
        if sid.behavior is EndpointBehavior.END_DT46
    )  # fmt: skip
    assert service.vrf == "Vrfcustomers"


@pytest.mark.parametrize(
    ("parts", "prefix", "said"),
    [
        (SidStructure(32, 16, 32), "5f00:0:7::/48", "function bits 32; 1 to 20 fits"),
        (SidStructure(8, 40, 16), "5f00:0:7::/48", "block bits 8; 16 to 64 fits"),
        (SidStructure(32, 16, 16), "5f00:0:7:8::/64", "block and node bits 48; 64 (prefix) fits"),
    ],
)
def test_lengths_that_frr_would_refuse_are_refused(parts, prefix, said):
    state = vendor_state()
    (locator,) = state.locators
    locator = replace(locator, structure=parts, prefix=IPv6Network(prefix))
    found = [str(one) for one in DIALECT.exceeded(replace(state, locators=(locator,)), None)]
    assert [one for one in found if said in one], found


def test_what_is_no_usid_is_refused():
    found = [str(one) for one in DIALECT.exceeded(vendor_state(usid=False), None)]
    assert any("kind of SID classic; uSIDs fits" in one for one in found)


@pytest.mark.parametrize("name", ["two words", "a|b", "上海", "", 'a"\n}'])
def test_a_name_that_would_be_another_key_or_command_is_refused(name):
    state = vendor_state()
    renamed = replace(state, locators=tuple(replace(one, name=name) for one in state.locators))
    found = [str(one) for one in DIALECT.exceeded(renamed, None)]
    assert any("printable ASCII characters" in one and one.isprintable() for one in found)


def test_sids_that_config_db_cannot_say_are_left_out():
    odd = (
        LocalSid(OWN, EndpointBehavior.END, SHIFTS | {Flavor.USD}),
        LocalSid(IPv6Network("5f00:0:7:e000::/64"), EndpointBehavior.END_X, SHIFTS),
    )
    carried = DIALECT.carried(replace(vendor_state(), sids=odd))
    assert carried.state.sids == ()
    reasons = {one.why for one in carried.left_out}
    assert {"SIDs of SONiC are of flavor NEXT-CSID alone", "a uA needs its interface"} <= reasons


CONFIG_DB = """\
{
  "DEVICE_METADATA": {"localhost": {"hostname": "lanzhou"}},
  "PORT": {"Ethernet24": {"lanes": "24", "speed": "100000"}},
  "SRV6_MY_LOCATORS": {
    "loc2": {"prefix": "FCBB:BBBB:21::"}
  },
  "SRV6_MY_SIDS": {
    "loc2|FCBB:BBBB:21::/48": {"action": "uN", "decap_dscp_mode": "pipe"},
    "loc2|FCBB:BBBB:21:FE24::/64": {"action": "uA", "decap_dscp_mode": "pipe",
      "interface": "Ethernet24", "adj": "2001:db8:4:501::5", "color": "blue"},
    "loc2|FCBB:BBBB:FE25::/48": {"action": "uA", "interface": "Ethernet24"}
  }
}
"""
"""As in the design of static SRv6 in SONiC, beside other tables."""


def test_a_whole_configuration_is_read_and_the_rest_kept_with_its_lines():
    parsed = DIALECT.parse({".json": CONFIG_DB}, "lanzhou")
    (locator,) = parsed.state.locators
    assert (str(locator.prefix), locator.usid) == ("fcbb:bbbb:21::/48", True)
    assert locator.structure == SidStructure(32, 16, 16, 0)
    assert [str(one.prefix) for one in parsed.state.sids] == [
        "fcbb:bbbb:21::/48", "fcbb:bbbb:21:fe24::/64",
    ]  # fmt: skip
    assert (parsed.state.sids[1].interface, str(parsed.state.sids[1].next_hop)) == (
        "Ethernet24", "2001:db8:4:501::5",
    )  # fmt: skip
    assert [(one.line, one.text) for one in parsed.foreign] == [
        (2, "DEVICE_METADATA"),
        (3, "PORT"),
        (9, "SRV6_MY_SIDS|loc2|FCBB:BBBB:21:FE24::/64 color"),
        (11, "SRV6_MY_SIDS|loc2|FCBB:BBBB:FE25::/48"),
    ]


def test_every_entry_that_is_not_understood_is_named_with_its_line():
    text = """\
{"SRV6_MY_LOCATORS": {
  "a": {"prefix": "fcbb:bbbb:21:1::"},
  "b": {"prefix": "fcbb:bbbb:22::", "block_len": "x"},
  "c": "fcbb:bbbb:23::"},
 "SRV6_MY_SIDS": {
  "a|fcbb:bbbb:21::/48": {"action": "uM"},
  "a|nowhere": {"action": "uN"},
  "a|fcbb:bbbb:21:fe24::/64": {"action": "uA"}}}
"""
    with pytest.raises(InputError) as caught:
        DIALECT.parse({".json": text}, "r1")
    assert [(one.file, one.line) for one in caught.value.problems] == [
        ("r1.json", line) for line in (2, 3, 4, 6, 7, 8)
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "r1.json:1: "),
        ("[]", "no CONFIG_DB"),
        ('{"SRV6_MY_SIDS": {"a|::/48": {}, "a|::/48": {}}}', "the same key twice"),
        ("segment-routing ipv6\n", "It looks like huawei"),
        ("<config><routing xmlns='urn:ietf:params:xml:ns:yang:ietf-srv6-base'/></config>", "ietf"),
        ("{" * 100_000, ""),
    ],
)
def test_what_is_no_config_db_is_refused(text, said):
    with pytest.raises(InputError) as caught:
        DIALECT.parse({".json": text}, "r1")
    assert said in str(caught.value)


def test_nothing_gives_nothing():
    carried = DIALECT.carried(RouterState("r1"))
    files = DIALECT.render(carried)
    assert (carried.left_out, json.loads(files[".json"])) == ((), {})
    assert DIALECT.parse(files, "r1").state == RouterState("r1")
