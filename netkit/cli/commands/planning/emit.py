"""``netkit emit``: router configurations of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from netkit.cli.common import JsonOption, end, print_json, print_lines, progress
from netkit.cli.grammar.folders import folder_option
from netkit.cli.options.groups import grouped
from netkit.cli.options.planning import PlanRequestOptions
from netkit.cli.options.source import Source
from netkit.cli.options.target import SidsByHandOption, TargetsOption
from netkit.cli.trail import recorded
from netkit.errors import ExitCode, counted

if TYPE_CHECKING:
    from netkit.emit.emitted import Emitted


@grouped
def emit(
    source: Source,
    asked: PlanRequestOptions,
    target: TargetsOption = None,
    out: Annotated[Path, folder_option("Folder for the files, with a folder a target.")] = Path(
        "configs"
    ),
    sids_by_hand: SidsByHandOption = False,
    json: JsonOption = False,
) -> None:
    """Write the configuration of every router: for its platform, or for the targets named.

    Plans once, with the same options as `netkit plan`. Without --target a router whose platform
    the topology does not state gets what `ip -batch` (NAME.ip) and `nft -f` (NAME.nft) take. The
    files of one target stand in the folder of --out, those of several in folders TARGET in it.

    What exceeds a limit of a platform is refused before anything is written. `--target all` takes
    every target that can have the plan, over the SIDs that it takes, and says which it leaves out.
    Exit code 2 if some pair got no policy, 1 if a target of all was left out.
    """
    from netkit.report.documents.emit import emitted_to_json
    from netkit.report.words.emit import left_out_lines, target_lines
    from netkit.workflows.routers.audit import digest
    from netkit.workflows.routers.emit import emit as emit_to

    request = asked.request
    demands = source.demands(request)
    with progress() as tell:
        emitted = emit_to(
            demands, request.options, out, target or (), tell,
            sids_by_hand=sids_by_hand, topology_digest=digest(source.file.read_bytes()),
        )  # fmt: skip
    _record(source.file, emitted, out)
    if json:
        print_json(emitted_to_json(emitted))
    else:
        print_lines(*target_lines(emitted), *left_out_lines(emitted.routers))
    _end(emitted)


def _record(file: Path, emitted: Emitted, out: Path) -> None:
    """A line in the audit trail for each plan that was written, with its targets."""
    for kind in dict.fromkeys(one.kind for one in emitted.made):
        own = [one for one in emitted.made if one.kind == kind]
        recorded(
            "emit", file, own[0].plan, folder=str(out.resolve()),
            files=sum(len(one.files) for one in own),
            targets=sorted({router.target for one in own for router in one.routers}),
        )  # fmt: skip


def _end(emitted: Emitted) -> None:
    """Exit code 2 where a pair has no policy, 1 where a target is left out."""
    missing, refused = emitted.without_policy, emitted.refused
    if missing:
        of = len(emitted.made[0].plan.pairs)
        end(
            ExitCode.BREACH,
            f"no list that keeps the tier, so no policy: {len(missing)} of {counted(of, 'pair')}",
        )
    if refused:
        names = ", ".join(one.target for one in refused)
        end(ExitCode.DEGRADED, f"not written, as their platforms do not take the plan: {names}")
