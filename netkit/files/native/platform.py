"""The ``platform`` of a node: a name that netkit knows, and a version behind a slash."""

from __future__ import annotations

from netkit.errors import did_you_mean
from netkit.files.reading.yaml_sections import Section
from netkit.model.network.platform import KNOWN_VERSIONS, PLATFORMS, VERSION, Platform


def read_platform(section: Section) -> Platform | None:
    """None where it is missing, or wrong, which is then noted."""
    value = section.get("platform")
    word = None if value is None else value.text()
    if value is None or word is None:
        return None
    name, slash, version = word.partition("/")
    if name not in PLATFORMS:
        value.refuse(
            f"one of {', '.join(PLATFORMS)}, as in huawei/8.22",
            remedy=did_you_mean(name.lower(), PLATFORMS),
        )
        return None
    if slash and not VERSION.fullmatch(version):
        value.refuse(_expected(name), remedy="Leave it out where it is not known.")
        return None
    return Platform(name, version or None)


def _expected(name: str) -> str:
    known = KNOWN_VERSIONS.get(name)
    number = f"a version behind the slash that begins with its number, as {name}/"
    if known is None:
        return f"{number}1.2"
    return f"{number}{known[-1]}: netkit knows {', '.join(known)}, each up to the next"
