"""Where the windows of a round go: this machine's store, and on from there to a central one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netkit.errors import InputError, Problem, StoreError
from netkit.model.measurement.window import Window

_FILE = "sqlite"

PATIENCE_S = 60.0
"""A round holds its lock meanwhile: one that hung would keep all later ones from measuring."""

_NO_ANSWER = f"the central database has not answered for {PATIENCE_S:g} s"


@dataclass(frozen=True, slots=True)
class Kept:
    """``new`` windows were not in the store yet, None without one. ``undelivered`` says why they
    are not in the central database: they wait here, and the next round delivers them."""

    new: int | None = None
    undelivered: str | None = None


def store_problems(url: str | None, central: str | None = None) -> tuple[Problem, ...]:
    """What is wrong with the URL of a store, or with this machine's database, before anything is
    sent: no URL, not netkit's, of another version. One that is not there or away is made or found
    later."""
    if url is not None and not url.startswith(_FILE):
        url, central = None, url
    try:
        from netkit.store.windows.engine import parsed
        from netkit.store.windows.store import open_store
    except ModuleNotFoundError:
        return ()
    problems: list[Problem] = []
    try:
        if central is not None:
            parsed(central)
    except InputError as error:
        problems += error.problems
    try:
        open_store(url, reading=True).close()
    except InputError as error:
        problems += error.problems
    except StoreError:
        pass
    return tuple(problems)


def keep_windows(url: str | None, windows: Sequence[Window]) -> Kept:
    """Keep the windows, all or none, in the file of this machine, or in that of a ``sqlite`` URL.

    With the URL of a central database they are noted here for it, and delivered with all that
    still waited. Without a ``url`` and the extra ``store`` nothing is kept. Raises what
    ``open_store`` raises for what is on this machine, and :class:`~netkit.errors.InputError` where
    a URL is given and the extra is missing.
    """
    try:
        from netkit.store.windows.courier import Courier
        from netkit.store.windows.store import open_store
    except ModuleNotFoundError as error:
        if url is None:
            return Kept()
        remedy = "pip install 'netkit-srv6[store]'"
        raise InputError.argument(
            "store", value=url, expected="the extra store", remedy=remedy
        ) from error
    if url is None or url.startswith(_FILE):
        with open_store(url) as store:
            return Kept(store.add(windows))
    with open_store() as local:
        new = local.add(windows, to_deliver=True)
        courier = Courier(local, url)
        courier.start()
        why = courier.failed if courier.wait(PATIENCE_S) else _NO_ANSWER
    if why is None:
        return Kept(new)
    return Kept(new, f"{why}; the windows wait here, and the next round delivers them")
