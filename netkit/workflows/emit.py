"""From a plan to the files of every router."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from netkit.store.text_files import write_text

if TYPE_CHECKING:
    from netkit.emit.linux.ip_batch import RouterConfig


def write_configs(folder: Path, configs: Mapping[str, RouterConfig]) -> list[Path]:
    """Write both files of every router; returns them in order.

    Files of routers that are not in ``configs`` are of another plan, and are removed.
    """
    wanted = {folder / f"{name}{suffix}" for name in configs for suffix in (".ip", ".nft")}
    for old in (*folder.glob("*.ip"), *folder.glob("*.nft")):
        if old not in wanted:
            old.unlink()
    written = []
    for name, config in configs.items():
        for suffix, text in ((".ip", config.ip_batch), (".nft", config.nft)):
            path = folder / f"{name}{suffix}"
            write_text(path, text)
            written.append(path)
    return written
