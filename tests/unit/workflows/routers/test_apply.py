"""Which configurations are to be applied, and what is said where it is not clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from netkit.apply.linux import trial
from netkit.errors import InputError, PrivilegeError
from netkit.workflows.routers.apply import FRR, wanted_of


def test_a_folder_of_several_targets_names_the_one_that_is_meant(tmp_path: Path) -> None:
    for name in ("linux", "json"):
        (tmp_path / name).mkdir()
    with pytest.raises(InputError, match=f"Name {tmp_path}/linux$"):
        wanted_of(tmp_path, "a")
    with pytest.raises(InputError, match="Have them emitted for frr first"):
        wanted_of(tmp_path, "a", FRR)


def test_the_routers_of_a_folder_are_named_where_none_is_chosen(tmp_path: Path) -> None:
    for name in ("a.ip", "b.ip"):
        (tmp_path / name).touch()
    with pytest.raises(InputError, match="which router this is; expected a or b"):
        wanted_of(tmp_path, None)


def test_without_the_privilege_to_try_sids_it_is_said_what_is_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused() -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(trial, "_unshare", refused)
    with pytest.raises(PrivilegeError, match="CAP_SYS_ADMIN and CAP_NET_ADMIN"):
        trial.refused_forms(())
