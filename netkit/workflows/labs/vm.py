"""A campaign in a guest: what goes in, how it is started there, what comes out.

The guest gets this very netkit, and Python's packages in the versions that it runs with here.
"""

from __future__ import annotations

import importlib.metadata
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from netkit.errors import InputError, LabError
from netkit.files.campaigns.campaign import files_of
from netkit.lab.vm.cache import cache_folder
from netkit.lab.vm.disks import python_disk, system_image
from netkit.lab.vm.guest import NO_LIMIT_S, Outcome, Said, require_qemu, run_job
from netkit.lab.vm.job import SOURCE, Job, PlaceOf
from netkit.lab.vm.pins import closure, locked, pinned
from netkit.lab.vm.suites import DEFAULT, suite_of
from netkit.language.chosen import Language, spoken
from netkit.model.progress import Steps
from netkit.store.manifest import MANIFEST
from netkit.workflows.campaigns.loop import results_folder

DISTRIBUTION = "netkit-srv6"
EXTRAS = ("lab", "report")
"""What a campaign in the lab needs of this distribution."""

PACKAGE = Path(__file__).parents[2]
_TOP = PACKAGE.parent
_COMMAND = "#!/bin/sh\nexec python3 -c 'from netkit.cli.entry import main; main()' \"$@\"\n"
_FILES = "files"
RUN = "run"
RUN_FOLDER = f"/job/out/{RUN}"
SAMPLES = "samples.csv"
_SPEAKS = {Language.EN: "", Language.ZH: "LC_MESSAGES=zh_CN.UTF-8 "}


@dataclass(frozen=True, slots=True)
class GuestOptions:
    """Which kernel a job runs on, how long the host may take for it, and the guest's memory."""

    suite: str = DEFAULT
    limit_s: float = NO_LIMIT_S
    memory_mib: int = 3072


def campaign_job(campaign: Path, words: Sequence[str | Path]) -> Job:
    """netkit with these words, which run a campaign; their files, and those that the campaign
    names, keep their places, so that what they say of each other holds. What is written to
    :data:`RUN_FOLDER` comes out. It speaks the language that is spoken here.

    Raises:
        InputError: the campaign cannot be read, or one of them cannot be taken along.
    """
    files = {campaign, *files_of(campaign), *(word for word in words if isinstance(word, Path))}
    for file in sorted(files):
        if not file.is_file():
            what = "cannot be taken into a guest"
            raise InputError.single(what, value=file, expected="the name of a file")
    told = (_inside(word) if isinstance(word, Path) else word for word in words)
    script = f"{_SPEAKS[spoken()]}netkit {' '.join(map(quote, told))} >/job/out/results"
    trees = {_inside(file).removeprefix("/job/"): file for file in sorted(files)}
    return Job(script, {**program(), **trees}, facts())


def _inside(file: Path) -> str:
    """Where a file of this machine lies in the guest: in the place that its name says, for by such
    names files speak of each other. Links are not followed, and are none there."""
    return f"/job/{_FILES}{os.path.normpath(file.absolute())}"


def program() -> dict[str, Path]:
    """This netkit, as trees of a job."""
    return {f"{SOURCE}/{PACKAGE.name}": PACKAGE}


def facts() -> dict[str, str]:
    """What Python is told of it: the command, and the metadata of the distribution."""
    here = importlib.metadata.distribution(DISTRIBUTION)
    metadata = f"{SOURCE}/netkit_srv6-{here.version}.dist-info/METADATA"
    return {"bin/netkit": _COMMAND, metadata: here.read_text("METADATA") or ""}


def run_in_guest(
    job: Job,
    options: GuestOptions,
    out: Path,
    more: Collection[str],
    said: Said,
    progress: Steps,
    place_of: PlaceOf | None = None,
) -> Outcome:
    """Make what a guest needs, where it is not there yet, and run the job in it; ``more`` are
    packages of Python besides. Results go to the folder ``out``, or to where ``place_of`` has each.

    Raises:
        InputError: no such kernel.
        LabError: no QEMU, a disk that cannot be made, no result, or it took too long.
    """
    suite = suite_of(options.suite)
    require_qemu()
    cache = cache_folder()
    image = system_image(suite, cache, progress)
    python = python_disk(suite, requirements(more), cache, progress)
    return run_job(
        job,
        image,
        python,
        out,
        limit_s=options.limit_s,
        memory_mib=options.memory_mib,
        said=said,
        place_of=place_of,
    )


def requirements(more: Collection[str]) -> Sequence[str]:
    """What ``pip`` is to put into a guest: by the lock where netkit runs from its source tree, else
    the versions that are installed here.

    Raises:
        LabError: a package is not installed here.
    """
    names = closure(DISTRIBUTION, EXTRAS, _requires)
    for name in more:
        if _requires(name) is None:
            raise LabError(f"Python has no {name}: install it, a guest gets what is here")
        names |= {name, *closure(name, (), _requires)}
    lock = _TOP / "constraints.txt"
    if lock.is_file():
        return locked(lock.read_text(encoding="utf-8"), names)
    return pinned(_versions(names))


def _requires(name: str) -> Sequence[str] | None:
    try:
        return importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        return None


def _versions(names: Collection[str]) -> Mapping[str, str]:
    return {name: importlib.metadata.version(name) for name in names}


def run_campaign(
    job: Job, options: GuestOptions, out: Path, of: str, said: Said, progress: Steps
) -> Outcome:
    """:func:`run_in_guest` of a campaign; ``of`` is which it is. What ``lab run`` wrote there lies
    in ``out`` as it would lie here: what a run of the same campaign left goes, unless this one has
    measured nothing; nothing of others does.

    Raises:
        InputError: there are results of another campaign, or files of others are in the way.
    """
    with results_folder(out / RUN, of) as kept:
        came: set[str] = set()

        def place(name: str) -> Path | None:
            folder, _, own = name.partition("/")
            if folder != RUN or not own:
                return out / name
            came.add(own)
            return None if own == MANIFEST else kept.staged(own)

        outcome = run_in_guest(job, options, out, (), said, progress, place)
        if SAMPLES not in came and kept.holds(SAMPLES):
            kept.keep_last()
        return outcome
