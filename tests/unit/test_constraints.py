"""What set-up installs is pinned with hashes, and is what pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PINS = (ROOT / "constraints.txt").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
BLOCKS = re.findall(r"^\w.*(?:\n {4}.*)*", PINS, re.MULTILINE)


def pinned() -> dict[str, str]:
    pins = [Requirement(block.split("\\")[0]) for block in BLOCKS]
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}


def asked_for() -> list[str]:
    project = PROJECT["project"]
    extras = [text for extra in project["optional-dependencies"].values() for text in extra]
    return [*PROJECT["build-system"]["requires"], *project["dependencies"], *extras]


@pytest.mark.parametrize("text", asked_for())
def test_what_the_project_asks_for_is_pinned_to_a_version_it_accepts(text: str) -> None:
    wanted = Requirement(text)
    version = pinned().get(canonicalize_name(wanted.name))
    assert version is not None, f"{text} is not in constraints.txt: run tools/lock"
    assert wanted.specifier.contains(version, prereleases=True), f"{text}: run tools/lock"


def test_every_pin_has_hashes_and_nothing_names_an_index() -> None:
    assert len(BLOCKS) > 50
    for block in BLOCKS:
        first, *hashes = block.replace(" \\", "").splitlines()
        assert "==" in first
        assert hashes, first
        for line in hashes:
            assert re.fullmatch(r" {4}--hash=sha256:[0-9a-f]{64}", line), first
    assert "//" not in PINS
    assert "index-url" not in PINS
