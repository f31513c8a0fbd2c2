"""What a site needs for its share of a campaign, judged with the file: its name, work and keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from netkit.errors import InputError, Problem, did_you_mean
from netkit.files.campaigns.reading import CampaignReading, Hidden
from netkit.model.measurement.campaign import FieldCampaign
from netkit.probe.run.keys import load_keys

_UNSURE = frozenset({Hidden.NAMES, Hidden.FLOWS})


@dataclass
class SiteShare:
    """Judges the share of ``site``: :meth:`judge` is for a campaign that is being judged.

    ``keys`` are those that could be read, by their files: of the sites that it sends to, and its
    own if it ``reflects``. What is among them already may be unreadable by now. Unless it
    ``must_send`` a site may only answer.
    """

    site: str
    keys: dict[str, bytes] = field(default_factory=dict, repr=False)
    reflects: bool = False
    must_send: bool = True

    def judge(self, reading: CampaignReading, campaign: FieldCampaign) -> None:
        """Add to the reading what the site lacks."""
        names = [site.name for site in campaign.sites]
        if self.site not in names:
            if not reading.unread.nameless:
                reading.findings.extend_problems([unknown_site(campaign, self.site)])
            return
        peers = {dst for src, dst in reading.pairs if src == self.site}
        if self.must_send and not peers and not reading.hidden & _UNSURE:
            reading.findings.extend_problems([_only_answers(self.site)])
        asked = peers | ({self.site} if self.reflects else set())
        files = {one.name: one.key_file for one in campaign.sites if one.name in asked}
        lines = dict(
            zip((one.name for one in reading.asked.sites), reading.asked.site_lines, strict=False)
        )
        for name, file in files.items():
            if file is not None:
                reading.refuse(self._unreadable(name, file), lines.get(name))

    def _unreadable(self, name: str, file: str) -> Iterable[Problem]:
        try:
            self.keys |= load_keys([file], self.keys)
        except InputError as error:
            for one in error.problems:
                value = file if one.value is None else f"{file} {one.value}"
                yield replace(one, what=f"{one.what}, of the site {name}", value=value)


def unknown_site(campaign: FieldCampaign, name: str) -> Problem:
    """The problem of a site that the campaign does not have."""
    names = [site.name for site in campaign.sites]
    expected = f"a site of {campaign.name}: " + ", ".join(names)
    remedy = did_you_mean(name, names)
    return Problem(None, None, "site", name, expected, remedy, "site")


def _only_answers(name: str) -> Problem:
    return Problem(
        None, None, "site", name, "a site that sends in this campaign",
        "This one only answers: `netkit probe reflect` does that.", "site",
    )  # fmt: skip
