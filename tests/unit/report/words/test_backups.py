"""A backup that is faster than its primary is explained wherever a plan is shown."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from netkit.report.terminal.explain import explain_pair
from netkit.report.terminal.plan import plan_table
from netkit.report.words.backups import faster_backup_text


def _slow(pair, by_us, *, segments=None, cost=None):
    """The pair with a primary that guarantees less than its backup."""
    primary, backup = pair.primary, pair.backup
    guaranteed_us = backup.certificate.guaranteed_us + by_us
    return replace(
        pair,
        primary=replace(
            primary,
            segments=primary.segments if segments is None else segments,
            path=replace(primary.path, cost=primary.path.cost if cost is None else cost),
            certificate=replace(primary.certificate, guaranteed_us=guaranteed_us),
        ),
    )


@pytest.fixture
def pair(plan):
    found = plan.pairs[0]
    assert len(found.primary.segments) == len(found.backup.segments) == 1
    return found


def test_fewer_sids(pair):
    text = faster_backup_text(_slow(pair, 2848, segments=()))
    assert text is not None
    assert text.startswith("by 2.848 ms; inside the bound the list with the fewest SIDs is primary")
    assert text.endswith("(1 against 2)")


def test_less_metric(pair):
    text = faster_backup_text(_slow(pair, 1, cost=pair.backup.path.cost - 1))
    assert text is not None
    assert text.startswith("by 0.001 ms; of lists with as few SIDs that of the least metric")


def test_chosen_together(pair):
    text = faster_backup_text(_slow(pair, 1, cost=pair.backup.path.cost))
    assert text is not None
    assert "to be disjoint" in text


@pytest.mark.parametrize("by_us", [0, -1])
def test_nothing_is_said_where_the_primary_is_as_fast(pair, by_us):
    assert faster_backup_text(_slow(pair, by_us)) is None
    assert faster_backup_text(replace(pair, backup=None)) is None


def test_where_it_is_shown(pair, plan, results):
    slow = _slow(pair, 2848, segments=())
    console = Console(width=200, record=True, file=StringIO())
    shown = replace(plan, pairs=(slow, *plan.pairs[1:]))
    console.print(plan_table(shown, results.topology, width=200))
    console.print(explain_pair(slow, results.topology, width=200))
    text = console.export_text()
    rule = "inside the bound the list with the fewest SIDs"
    assert f"1 backup faster than the primary: {rule}" in text
    assert "Faster than the primary: by 2.848 ms; " in text
