"""Where the windows of a round go: the store of this machine, or the one of a URL."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from netkit.errors import InputError
from netkit.model.measurement.window import Window


class WindowSink(Protocol):
    """What keeps windows, such as :class:`netkit.store.windows.store.WindowStore`."""

    def add(self, new: Iterable[Window]) -> int:
        """Keep windows, all or none of them; returns how many were not there yet."""


def add_windows(url: str | None, windows: Sequence[Window]) -> int | None:
    """Keep the windows, all or none; returns how many were not there yet.

    Without a ``url`` the store is the file of this machine; None where the extra ``store`` is not
    installed. Raises what ``open_store`` raises, and :class:`~netkit.errors.InputError` where a URL
    is given and the extra is missing.
    """
    try:
        module = importlib.import_module("netkit.store.windows.store")
    except ModuleNotFoundError as error:
        if url is None:
            return None
        raise InputError.single(
            "--store",
            value=url,
            expected="the extra store",
            remedy="pip install 'netkit-srv6[store]'",
        ) from error
    opened: AbstractContextManager[WindowSink] = module.open_store(url)
    with opened as store:
        return store.add(windows)
