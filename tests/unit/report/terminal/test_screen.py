"""What is printed is what it says: addresses and names are no markup and no pictures."""

import io

import pytest
from rich.table import Table

from netkit.report.terminal.screen import Screen


@pytest.mark.parametrize(
    "word",
    ["2001:db8:0:a::1", "fd00:100:1::", "fcbb:ab:2::", "[fd00::1]:862", "[/x]", "a [b] b", ":x:"],
)
def test_a_cell_is_no_markup(word):
    screen = Screen(file=io.StringIO(), width=60)
    table = Table(word)
    table.add_row(word)
    screen.print(table)
    screen.print(word)
    shown = screen.file.getvalue()
    assert shown.count(word) == 3, shown
