"""Which of several instances and levels of a file is read."""

import json

import pytest
from frr_lsps import FOUR, ONE, THREE, TWO, links, lsp, notes, reach, read

from netkit.errors import InputError


def pair(a, b, metric):
    ends = ((a, "r1"), (b, "r2"))
    return [
        lsp(near, name, reach(far, metric, delay=5))
        for (near, name), (far, _) in zip(ends, ends[::-1], strict=True)
    ]


def document(areas):
    """Areas of FRR, each an instance: levels by number."""
    return json.dumps({
        "areas": [
            {
                "area": {"name": name},
                "levels": [
                    {"id": level, "lsps": lsps, "count": len(lsps)}
                    for level, lsps in levels.items()
                ],
            }
            for name, levels in areas.items()
        ]
    })  # fmt: skip


TWO_AREAS = document({"core": {2: pair(ONE, TWO, 3)}, "edge": {2: pair(THREE, FOUR, 9)}})


def test_two_areas_are_two_networks():
    with pytest.raises(InputError) as caught:
        read(TWO_AREAS)
    assert str(caught.value) == (
        "x: 2 IGP instances in one file: core, edge; expected one IGP instance. Name it"
    )
    found = read(TWO_AREAS, network="edge")
    assert [link[1] for link in links(found)] == [9]
    assert "IGP instances of the file that are left out: core" in notes(found)
    with pytest.raises(InputError, match="no IGP instance of that name: cor; expected core, edge"):
        read(TWO_AREAS, network="cor")


def test_an_instance_without_an_adjacency_is_no_choice():
    found = read(document({"core": {2: pair(ONE, TWO, 3)}, "new": {2: [lsp(THREE, "r3")]}}))
    assert [link[1] for link in links(found)] == [3]
    assert "instance new holds no adjacency and is left out" in notes(found)


def test_a_level_of_one_of_two_areas():
    text = document({
        "core": {1: pair(ONE, TWO, 1), 2: pair(ONE, TWO, 2)}, "edge": {1: pair(THREE, FOUR, 9)}
    })  # fmt: skip
    assert [link[1] for link in links(read(text, level=2))] == [2]
    assert [link[1] for link in links(read(text, level=1, network="core"))] == [1]
    with pytest.raises(InputError, match="both levels have an SPF of their own: level 1: 2"):
        read(text, network="core")
    with pytest.raises(InputError, match="no IGP instance of that name"):
        read(text, level=2, network="edge")
