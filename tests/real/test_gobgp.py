"""GoBGP as Debian has it, really run and fed with BGP-LS."""

import gobgp_lab
import pytest
from trees import RELEASES, SUPPORT, recorded

from netkit.errors import InputError
from netkit.files.importers.formats import import_topology, read_topology
from netkit.files.importers.imported import Options

FIRST = Options(network="65000:0:0")


@pytest.fixture(scope="module", params=sorted(RELEASES))
def table(request):
    out = recorded(request.param, "gobgp_lab.py", SUPPORT / "bgp_ls.py")
    assert (out / "version").read_text().startswith(RELEASES[request.param][1])
    return request.param, out / "table.json"


def test_what_it_prints_is_what_it_was_told(table):
    release, path = table
    if release == "bookworm":
        with pytest.raises(InputError, match="nlri is null"):
            import_topology(path)
        return
    imported = import_topology(path, options=FIRST)
    one, two, three, four = gobgp_lab.ROUTERS
    rows = [(link.a, link.b, link.metric_ab, link.metric_ba) for link in imported.undelayed]
    assert rows == [
        (one, two, 10, 10), (one, two, 20, 20), (one, four, 0xFFFFFF, 30), (two, three, 10, 10),
        (two, four, 15, 15), (three, four, 12, 12),
    ]  # fmt: skip
    parallel = imported.undelayed[0]
    assert (parallel.srlgs, parallel.admin_groups) == ({"7", "9"}, {"0", "2"})
    assert (parallel.te_metric_ab, parallel.capacity_bps) == (77, 10_000_000_000)
    assert imported.undelayed[4].lan == "0000.0000.0002.07"


def test_what_the_version_does_not_print_is_said(table):
    release, path = table
    if release == "bookworm":
        return
    notes = "".join(map(str, import_topology(path, options=FIRST).notes))
    assert "nodes whose overload bit is not printed" in notes
    with pytest.raises(InputError, match="no link is left: 6 links without a delay"):
        read_topology(path, network=FIRST.network)


def test_two_instances_are_two_networks(table):
    release, path = table
    if release == "bookworm":
        return
    with pytest.raises(InputError, match="2 IGP instances in one file: 65000:0:0, 65000:0:7"):
        import_topology(path)
    other = import_topology(path, options=Options(network=f"65000:0:{gobgp_lab.INSTANCE}"))
    rows = [(link.a, link.b, link.metric_ab, link.metric_ba) for link in other.undelayed]
    assert rows == [(*gobgp_lab.OTHERS, 70, 71)]
