"""Random states of routers, each consistent in itself: SIDs inside locators, names unique, tuples
in canonical order. What a platform cannot say is drawn as well: dialects say what they carry."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Address, IPv6Network
from string import ascii_lowercase, digits

from hypothesis import strategies as st

from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CandidatePathState,
    CustomerPort,
    EdgeFilter,
    EndpointBehavior,
    Flavor,
    LocalSid,
    LocatorState,
    PeerPort,
    PolicyState,
    RouterState,
    SegmentState,
    StampReflector,
    Steering,
    WeightedList,
)

F3216 = SidStructure(32, 16, 16, 0)
BLOCK = int(IPv6Address("5f00::")) >> 96
USID = frozenset({Flavor.NEXT_CSID})
PREFERENCES = st.integers(1, 65535)
# A text is one choice, where a regular expression makes one for each of its letters.
WORDS = st.text(ascii_lowercase, min_size=1, max_size=40)
NAMES = st.tuples(
    st.sampled_from(ascii_lowercase), st.text(f"{ascii_lowercase}{digits}-", max_size=60)
).map("".join)
USID_NODES, NODES = st.integers(1, 0xDFFF), st.integers(1, 0xFFFE)
END_X_FUNCTIONS = [(EndpointBehavior.END_X, number) for number in range(0xE000, 0xE010)]
FUNCTIONS = st.sampled_from([(EndpointBehavior.END, 0x0001)] * 16 + END_X_FUNCTIONS)
"""As often an End as an End.X."""


def _locator(node: int, algorithm: int = 0) -> IPv6Network:
    return IPv6Network((((BLOCK + algorithm) << 96) + (node << 80), 48))


def _sid(locator: IPv6Network, function: int) -> IPv6Network:
    return IPv6Network((int(locator.network_address) + (function << 64), 64))


@st.composite
def segments(draw, *, usid: bool, most: int = 10):
    """A list of SIDs of other routers, the service SID last."""
    flavors = USID if usid else frozenset()
    found = []
    for _ in range(draw(st.integers(0, most - 1))):
        node, (behavior, function) = draw(USID_NODES if usid else NODES), draw(FUNCTIONS)
        sid = _sid(_locator(node), function).network_address
        found.append(SegmentState(sid, behavior, flavors, F3216))
    last = _sid(_locator(draw(USID_NODES)), 0xD046).network_address
    return (*found, SegmentState(last, EndpointBehavior.END_DT6, flavors, F3216))


@st.composite
def paths(draw, *, usid: bool, lists: int, preferences):
    """Candidate paths of one policy, by falling preference, their lists in canonical order."""
    chosen = draw(st.lists(preferences, min_size=1, max_size=4, unique=True))
    found = []
    for preference in sorted(chosen, reverse=True):
        many = draw(st.integers(1, lists))
        drawn = draw(st.lists(segments(usid=usid), min_size=many, max_size=many, unique=True))
        weights = [draw(st.integers(1, 200)) for _ in drawn] if many > 1 else [1]
        own = sorted(
            zip(weights, drawn, strict=True),
            key=lambda one: (-one[0], [int(segment.sid) for segment in one[1]]),
        )
        found.append((preference, own, draw(st.none() | st.integers(1280, 9000))))
    return found


@st.composite
def router_states(
    draw, *, usid: bool | None = None, binding_sids: bool = True, lists: int = 4,
    preferences=PREFERENCES,
):  # fmt: skip
    """The state of a router that a plan could give it."""
    usid = draw(st.booleans()) if usid is None else usid
    index = draw(st.integers(1, 0xDFFF))
    algorithms = [0, *sorted(draw(st.sets(st.integers(128, 131), max_size=2)))]
    flavors = USID if usid else frozenset()
    locators = tuple(sorted(
        LocatorState(f"algo{one}", _locator(index, one), F3216, one, usid) for one in algorithms
    ))  # fmt: skip
    sids = [
        sid
        for one in locators
        for sid in draw(local_sids(one, flavors, service=one.algorithm == 0))
    ]
    vrf = "customers"
    policies = draw(policy_states(locators[0].prefix, usid, binding_sids, lists, vrf, preferences))
    customers = draw(st.booleans())
    prefix = IPv6Network((0x20010DB8 << 96 | index << 80, 48))
    port = CustomerPort("cust0", vrf, (prefix,), draw(st.sampled_from([None, prefix[1]])))
    return RouterState(
        router=draw(NAMES),
        source=locators[0].prefix[1],
        locators=locators,
        sids=tuple(sorted(sids, key=lambda one: one.prefix)),
        policies=policies,
        customers=(port,) if customers else (),
        edge=draw(st.none() | edge_filters(locators, ("cust0",) if customers else ())),
        reflectors=draw(st.lists(reflectors(locators[0].prefix[1]), max_size=1).map(tuple)),
    )


@st.composite
def local_sids(draw, locator: LocatorState, flavors: frozenset[Flavor], *, service: bool):
    """End, some End.X and their USD forms, and the service SID."""
    prefix = locator.prefix
    usd = flavors | {Flavor.USD}
    own = [LocalSid(
        prefix if locator.usid else _sid(prefix, 1), EndpointBehavior.END, flavors
    )]  # fmt: skip
    if not locator.usid and draw(st.booleans()):
        own.append(LocalSid(_sid(prefix, 2), EndpointBehavior.END, usd))
    for number in range(draw(st.integers(0, 4))):
        way = (f"ge{number}", IPv6Address(0xFD5F << 112 | number << 64 | 9))
        own.append(LocalSid(_sid(prefix, 0xE000 + number), EndpointBehavior.END_X, flavors, *way))
        if not locator.usid and draw(st.booleans()):
            sid = _sid(prefix, 0xF000 + number)
            own.append(LocalSid(sid, EndpointBehavior.END_X, usd, *way))
    if service:
        own.append(LocalSid(_sid(prefix, 0xD046), EndpointBehavior.END_DT6, vrf="customers"))
    return own


@st.composite
def policy_states(
    draw, locator, usid: bool, binding_sids: bool, lists: int, vrf: str, preferences=PREFERENCES
):  # fmt: skip
    """Policies with unique keys, names and binding SIDs; each prefix goes into one of them."""
    keys = draw(st.sets(
        st.tuples(st.integers(1, 2**32 - 1), st.integers(1, 0xDFFF)), max_size=5,
    ))  # fmt: skip
    found = []
    for number, (color, node) in enumerate(sorted(keys)):
        name = f"to-{draw(WORDS)}-{number}"
        own = draw(paths(usid=usid, lists=lists, preferences=preferences))
        candidates = tuple(
            CandidatePathState(
                preference,
                tuple(
                    WeightedList(f"{name}-{preference}-{place}", weight, segments)
                    for place, (weight, segments) in enumerate(ways, start=1)
                ),
                largest,
                f"{name}-{preference}",
            )
            for preference, ways, largest in own
        )
        bound = _sid(locator, 0xB000 + number).network_address
        steering = draw(st.lists(steered(number, vrf), max_size=2, unique=True))
        found.append(PolicyState(
            name, color, _locator(node)[1], candidates,
            bound if binding_sids and draw(st.booleans()) else None,
            tuple(sorted(steering, key=lambda one: (one.prefix.version, one.prefix))),
        ))  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.key))


@st.composite
def steered(draw, number: int, vrf: str):
    """A prefix of either family that only policy ``number`` steers."""
    part = draw(st.integers(0, 200))
    if draw(st.integers(0, 3)) == 0:
        return Steering(IPv4Network((10 << 24 | number << 16 | part << 8, 24)), vrf)
    return Steering(IPv6Network((0x20010DB8 << 96 | (number * 256 + part) << 80, 48)), vrf)


@st.composite
def edge_filters(draw, locators, customers: tuple[str, ...]):
    """The filter of RFC 8754 §5.1 for a router with these locators."""
    admitted = st.sets(st.integers(1, 0xFFFE), max_size=3).map(
        lambda nodes: tuple(_sid(_locator(one), 1).network_address for one in sorted(nodes))
    )
    ports = draw(st.sets(st.integers(5, 9), max_size=2))
    blocks = tuple(sorted({one.prefix.supernet(new_prefix=32) for one in locators}))
    return EdgeFilter(
        blocks, (blocks[0],), tuple(sorted(one.prefix for one in locators)),
        (locators[0].prefix[1],), customers,
        tuple(PeerPort(f"ge{one}", draw(admitted)) for one in sorted(ports)),
    )  # fmt: skip


@st.composite
def reflectors(draw, address: IPv6Address):
    """A Session-Reflector at ``address``."""
    senders = draw(st.sets(st.integers(1, 0xFFFE), max_size=3))
    return StampReflector(
        address, draw(st.sampled_from([862, 8862])),
        tuple(_locator(one)[1] for one in sorted(senders)),
    )  # fmt: skip
