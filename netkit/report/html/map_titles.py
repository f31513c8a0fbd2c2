"""What the things on a map are called when somebody points at them."""

from __future__ import annotations

from netkit.language.words import counted, marked, say
from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.fabrics import Fabric
from netkit.report.documents.document import ms
from netkit.report.place_words import place_text
from netkit.report.words.units import ms_text

_ROLES = {
    Role.CLUSTER: marked("hub cluster"),
    Role.CORE: marked("core router"),
    Role.BORDER: marked("border router"),
    Role.CITY: marked("city router"),
}


def node_title(node: Node, *, planned: bool) -> str:
    """Its name, role, operator and place, and whether it is yet to be built."""
    title = say("{name}: {role} of {operator}",
                name=node.name, role=say(_ROLES[node.role]), operator=node.operator)  # fmt: skip
    title += say(", ") + place_text(node.place) if node.place else ""
    return title + say(", planned") if planned else title


def fabric_title(fabric: Fabric) -> str:
    """Its name and how many take part."""
    members = counted(len(fabric.members), "member")
    return say("{name}: exchange centre, {members}", name=fabric.id, members=members)


def link_title(link: Link, uses: int) -> str:
    """Its ends, its delay each way, and how many planned paths it is on."""
    there, back = ms_text(ms(link.delay_ab_us)), ms_text(ms(link.delay_ba_us))
    if link.one_way:
        delay = say("{there} ms, one way only", there=there)
    elif there == back:
        delay = f"{there} ms"
    else:
        delay = say("{there} ms there, {back} ms back", there=there, back=back)
    return say(
        "{link}: {a} – {b}, {delay}, on {paths}",
        link=link.id, a=link.a, b=link.b, delay=delay, paths=counted(uses, "planned path"),
    )  # fmt: skip
