"""What dialects share: lists without the service SID, reasons in one line, values of statements."""

from ipaddress import IPv6Address

from vendor_samples import SERVICE, VIA_4, classic_router, segment

from netkit.emit.common.left_out import Reasons
from netkit.emit.common.lists import before_service, service_of, unpacked
from netkit.emit.common.tree import Statement
from netkit.emit.common.values import Values
from netkit.emit.dialect import LeftOut
from netkit.model.router_state import EndpointBehavior, RouterState

ROUTER = classic_router()


def sids(segments):
    return [str(one.sid) for one in segments]


def test_a_full_container_is_six_nodes():
    wide = segment("5f00:0:1:2:3:4:5:6", usid=True)
    assert sids(unpacked((wide,))) == [f"5f00:0:{one}::" for one in range(1, 7)]


def test_a_function_behind_the_last_slot_is_not_looked_for():
    wide = segment("5f00:0:1:2:3:4:5:e001", usid=True)
    assert sids(unpacked((wide,)))[-1] == "5f00:0:5:e001::"


def test_lists_across_containers_stay_in_order():
    found = unpacked((segment("5f00:0:1:2::", usid=True), segment("5f00:0:3:d046::", usid=True)))
    assert sids(found) == ["5f00:0:1::", "5f00:0:2::", "5f00:0:3:d046::"]
    assert service_of(found) is found[-1]


def test_classic_sids_are_no_containers():
    assert unpacked((VIA_4, SERVICE)) == (VIA_4, SERVICE)


def test_the_service_goes_and_what_is_before_it_stays():
    assert before_service((VIA_4, SERVICE), ROUTER) == (VIA_4,)
    assert before_service((VIA_4,), ROUTER) == (VIA_4,)
    assert before_service((), ROUTER) == ()


def test_a_service_alone_goes_to_the_end_beside_it():
    assert sids(before_service((SERVICE,), ROUTER)) == ["5f00:0:9:1::"]
    assert before_service((SERVICE,), RouterState("bare")) == ()


def test_a_usid_service_alone_goes_to_its_node():
    service = segment("5f00:0:9:d046::", EndpointBehavior.END_DT46, usid=True)
    assert sids(before_service(unpacked((service,)), RouterState("bare"))) == ["5f00:0:9::"]


def test_things_with_one_reason_are_one_line_in_the_order_of_the_first():
    found = Reasons()
    found.add("SID", "a", "why")
    found.add("SID", "b", "else")
    found.add("SID", "c", "why")
    assert found.all() == (LeftOut("SID a, c", "why"), LeftOut("SID b", "else"))


def test_values_that_are_missing_or_wrong_are_none_and_the_wrong_ones_problems():
    values = Values("f")
    assert values.number(None) is None
    assert values.number(Statement("a", "7")) == 7
    assert values.address(Statement("a", "::1")) == IPv6Address("::1")
    assert values.problems == []
    assert values.network(Statement("prefix", "::1/64", line=3)) is None
    assert values.number(Statement("weight", "-1", line=4)) is None
    assert [(one.line, one.value) for one in values.problems] == [
        (3, "prefix ::1/64"),
        (4, "weight -1"),
    ]
