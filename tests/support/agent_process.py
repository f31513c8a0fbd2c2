"""``agent_process.py CAMPAIGN SITE STORE``: an agent whose campaign is JSON, for tests of the loop.

Says what the agent says on stderr, and at the end its figures as JSON on stdout.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from netkit.probe.kernel.no_new_privileges import renounce_new_privileges

if __name__ == "__main__":  # before what starts threads; who imports this keeps its privileges
    renounce_new_privileges()

from netkit.errors import InputError
from netkit.model.measurement.campaign import CampaignFlow, FieldCampaign, Site
from netkit.probe.run.agent.agent import AgentOptions, run_agent
from netkit.probe.run.agent.plan import AgentPlan, agent_plan, key_files
from netkit.probe.run.keys import load_keys
from netkit.workflows.agents.store import open_agent_store


def write_campaign(path: Path, campaign: FieldCampaign) -> None:
    """As :func:`read_plan` reads it."""
    path.write_text(json.dumps(asdict(campaign)), encoding="utf-8")


def read_plan(path: Path, site: str) -> AgentPlan:
    """Raises InputError for what is no JSON."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError.single("campaign", file=str(path), value=error) from error
    sites = tuple(
        Site(**{**one, "addresses": tuple(one["addresses"])}) for one in held.pop("sites")
    )
    flows = tuple(CampaignFlow(**one) for one in held.pop("flows"))
    campaign = FieldCampaign(sites=sites, flows=flows, **held)
    return agent_plan([campaign], site, load_keys(key_files([campaign], site, reflects=True)))


def main() -> None:
    path, site, url = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    end = run_agent(
        read_plan(path, site),
        lambda: open_agent_store(url, None),
        lambda: read_plan(path, site),
        AgentOptions(user=None, say=lambda line: print(line, file=sys.stderr, flush=True)),
    )
    print(json.dumps(asdict(end)), flush=True)


if __name__ == "__main__":
    main()
