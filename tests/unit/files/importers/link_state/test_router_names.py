"""Which LSPs are those of one router, whatever it is called."""

from __future__ import annotations

import pytest
from frr_lsps import FOUR, ONE, THREE, TWO, database, links, lsp, reach, read

from netkit.errors import InputError


def test_long_names_that_are_cut_alike_stay_three_routers():
    names = [f"backbone-router-{n}" for n in (1, 2, 3)]
    cut = [name[:14] for name in names]
    text = database(
        lsp(cut[0], names[0], reach(TWO, 1, delay=5)),
        lsp(cut[1], names[1], reach(ONE, 1, delay=5), reach(THREE, 2, delay=6)),
        lsp(cut[2], names[2], reach(TWO, 2, delay=6)),
    )
    found = read(text)
    assert [node.name for node in found.topology.nodes] == names
    assert [link[0] for link in links(found)] == [
        "backbone-router-1~backbone-router-2", "backbone-router-2~backbone-router-3",
    ]  # fmt: skip


def test_names_that_nothing_tells_are_refused():
    text = database(lsp("r1", "r1", reach(TWO, 1, delay=5)), lsp("r2", "r2", reach(THREE, 1)),
                    lsp("r3", "r3", reach(FOUR, 1)))  # fmt: skip
    with pytest.raises(InputError, match="`no hostname dynamic` makes FRR print system ids"):
        read(text)


def test_an_lsp_that_two_routers_printed_is_one_and_a_name_that_two_routers_have_is_not():
    pair = lsp(ONE, "r1", reach(TWO, 1, delay=5)), lsp(TWO, "r2", reach(ONE, 1, delay=5))
    newer = lsp(ONE, "r1", reach(TWO, 4, delay=5)) | {"seqNumber": "0x00000009"}
    twice = database(*pair) + "\n" + database(newer, pair[1])
    assert links(read(twice)) == [("r1~r2", 4, 1, 14, 14)]
    same = database(
        lsp("frr", "frr", reach(TWO, 1, delay=5)),
        lsp("frr", "frr", reach(ONE, 1, delay=5), reach(THREE, 3, delay=5)),
        lsp("frr", "frr", reach(TWO, 3, delay=5)),
    )
    assert [link[0] for link in links(read(same))] == ["frr~frr-2", "frr-2~frr-3"]
