"""Databases and tables with anything anywhere: refused in words, or imported and read back."""

import json
import random

import frr_printer
import gobgp_printer
import pytest
from examples import examples
from lsdb import a_network

from netkit.errors import InputError
from netkit.files.importers.frr_isis import parse_frr
from netkit.files.importers.gobgp_ls import parse_gobgp
from netkit.files.importers.imported import Options
from netkit.files.native.dump import dump_topology
from netkit.files.native.topology import parse_topology

ANYTHING = (
    None, True, False, -1, 0, 1.5, 1e308, 10**30, 128, 255, 256, 0xFFFFFF, "", "x", "0x1g", "::",
    "fe80::1", "1.2.3.4", "²", "128", "not-set", "0000.0000.0001.00", "fcbb::/48", [], [1], [None],
    {}, {"a": 1},
)  # fmt: skip
LINES = (
    "    Flex-Algo Definition: 200", "      Exclude-Any: 0x0000zz", "      Metric-Type: x",
    "  Hostname: ", "  SRv6 Locator: fcbb::/200 (Metric: 1) standard", "    Ext Admin Group: ",
    "0x00000001 00000002",
)  # fmt: skip
FLEX = (
    [{"algorithm": 128, "metric_type": 0, "calc_type": 0, "exclude_any_affinity": [1]}],
    [{"algorithm": "x"}], 5, [5],
)  # fmt: skip


def mutated(value, rng, chance):
    """A value in which some parts are something else, are missing, or are there twice."""
    if rng.random() < chance:
        return rng.choice(ANYTHING)
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if rng.random() >= chance}
        return {key: mutated(one, rng, chance) for key, one in kept.items()}
    if isinstance(value, list):
        found = [mutated(one, rng, chance) for one in value]
        return [*found, rng.choice(found)] if found and rng.random() < chance else found
    return value


def frr_json(network, rng):
    text = frr_printer.as_json(network, rng.choice(frr_printer.JSON), by_name=rng.random() < 0.5)
    document = json.loads(text)
    for lsp in document["areas"][0]["levels"][0]["lsps"]:
        if rng.random() < 0.5:
            lsp["segmentRoutingAlgorithm"] = {"0": "SPF", "128": "Strict SPF"}
    return parse_frr(json.dumps(mutated(document, rng, rng.choice((0.002, 0.03)))), "x", Options())


def frr_text(network, rng):
    lines = frr_printer.as_text(network, rng.choice(frr_printer.TEXT)).splitlines()
    for _ in range(rng.randint(1, 6)):
        place, kind = rng.randrange(len(lines)), rng.randrange(3)
        if kind == 0:
            del lines[place]
        elif kind == 1:
            was, now = rng.choice("0123456789:. "), rng.choice(("", "x", "9" * 12))
            lines[place] = lines[place].replace(was, now, 1)
        else:
            lines.insert(place, rng.choice((*LINES, *lines[:40])))
    return parse_frr("\n".join(lines), "x", Options())


def gobgp(network, rng):
    table = json.loads(gobgp_printer.as_table(network, rng.choice(gobgp_printer.VERSIONS)))
    for text, paths in table.items():
        if "NODE {" in text and rng.random() < 0.5:
            said = {
                "sr_algorithms": rng.choice(("AIA=", "!!", 5)),
                "flex_algo_defs": rng.choice(FLEX),
            }
            paths[0]["attrs"][1]["node"] |= said
    return parse_gobgp(json.dumps(mutated(table, rng, rng.choice((0.002, 0.03)))), "x", Options())


@pytest.mark.parametrize("source", [frr_json, frr_text, gobgp], ids=lambda one: one.__name__)
def test_what_is_imported_can_be_read_back_and_the_rest_is_refused(source):
    seeds, imported = examples(150, one_in=3), 0
    for seed in range(seeds):
        topology = outcome(source, a_network(seed), random.Random(seed))
        if topology is not None:
            assert parse_topology(dump_topology(topology), "y") == topology, seed
            imported += 1
    assert seeds / 5 < imported < seeds


def outcome(source, network, rng):
    """What a source makes of a network; None where it refuses it, in words."""
    try:
        return source(network, rng).topology
    except InputError as error:
        if not str(error):
            raise
    return None
