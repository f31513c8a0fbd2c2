"""Rules of alarms from YAML; every field is in docs/alarms.md."""

from __future__ import annotations

import os
import re

from netkit.errors import shown
from netkit.files.reading.yaml_sections import Section, read_document
from netkit.files.reading.yaml_values import Value
from netkit.model.monitoring.rules import (
    CLEARS,
    RAISES,
    AlarmRules,
    Channel,
    Condition,
    Count,
    Rule,
    Target,
)
from netkit.model.units import NS_PER_MS, NS_PER_S

SCHEMA = "alarms/1"

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_NAME_WORDS = "lower-case letters, digits and . _ -"
_URL = re.compile(r"https?://\S+")
_SYSLOG = re.compile(r"(/\S+|udp://\S+:\d+)")
_FEWEST = 2
"""One window raises nothing and clears nothing."""

_MOST = 1000
_FIGURE = {
    Condition.LOSS: ("over_percent", 100.0),
    Condition.DELAY: ("over_ms", 1.0 / NS_PER_MS),
    Condition.JITTER: ("over_ms", 1.0 / NS_PER_MS),
}
"""The figure that each condition takes, and what divides it to what rules hold."""


def read_alarm_rules(path: str | os.PathLike[str]) -> AlarmRules:
    """Read rules and targets. Raises :class:`~netkit.errors.InputError` with every problem."""
    document = read_document(path)
    root = document.root
    root.allow("netkit", "rules", "targets")
    root.expect("netkit", SCHEMA)
    parts = root.sections("rules")
    rules = [_rule(one) for one in parts]
    if "rules" in root and not rules:
        root.problem("rules", "at least one")
    names = [one.name for one in rules]
    _once(parts, "rules", names)
    parts = root.sections("targets", required=False)
    targets = [_target(one, names) for one in parts]
    _once(parts, "targets", [one.name for one in targets])
    document.check()
    return AlarmRules(tuple(rules), tuple(targets))


def _rule(section: Section) -> Rule:
    read = section.choice("when", Condition)
    condition = read or Condition.TIER
    figure = _FIGURE.get(condition)
    # Of a condition that cannot be read nobody knows which figure it takes.
    figures = {name for one, (name, _) in _FIGURE.items() if read in (None, one)}
    section.allow("name", "when", "raise", "clear", "campaigns", *sorted(figures))
    over = None
    if figure is not None:
        high = 100.0 if condition is Condition.LOSS else None
        stated = section.number(figure[0], low=0.0, high=high, required=condition is Condition.LOSS)
        over = None if stated is None else stated / figure[1]
    campaigns = [value.text() for value in section.items("campaigns", required=False)]
    return Rule(
        section.text("name", _NAME, _NAME_WORDS) or "",
        condition,
        _count(section, "raise", RAISES),
        _count(section, "clear", CLEARS),
        over,
        frozenset(one for one in campaigns if one) if "campaigns" in section else None,
    )


def _count(section: Section, key: str, usual: Count) -> Count:
    part = section.section(key, required=False)
    if part is None:
        return usual
    part.allow("windows", "of")
    least = part.integer("windows", low=_FEWEST, high=_MOST)
    of = part.integer("of", low=_FEWEST, high=_MOST, required=False)
    if least is None:
        return usual
    if of is not None and of < least:
        part.problem(f"{least} windows of {of}", f"of: {least} or more")
    return Count(least, least if of is None else of)


def _target(section: Section, rules: list[str]) -> Target:
    section.allow("name", *Channel, "rules", "timeout_s")
    given = [one for one in Channel if one.value in section]
    if len(given) != 1:
        section.problem("where to", "one of " + ", ".join(Channel))
    channel = given[0] if given else Channel.COMMAND
    told = list[str]()
    for value in section.items("rules", required=False):
        word = value.text()
        if word is not None and word not in rules:
            known = ", ".join(filter(None, rules))
            value.refuse(f"one of {known}" if known else "the name of a rule")
        told.append(word or "")
    timeout_s = section.number("timeout_s", above=0.0, high=300.0, required=False)
    return Target(
        section.text("name", _NAME, _NAME_WORDS) or "",
        channel,
        _to(section, channel),
        frozenset(told) if "rules" in section else None,
        10 * NS_PER_S if timeout_s is None else round(timeout_s * NS_PER_S),
    )


def _to(section: Section, channel: Channel) -> tuple[str, ...]:
    if channel is Channel.COMMAND:
        words = _words(section.items(channel.value, required=False))
        if channel.value in section and not words:
            section.problem("command", "a list of words: the program and its arguments")
        return words
    pattern, expected = {
        Channel.WEBHOOK: (_URL, "a URL, http:// or https://"),
        Channel.SYSLOG: (_SYSLOG, "a socket such as /dev/log, or udp://HOST:PORT"),
        Channel.APPRISE: (None, "a URL of Apprise"),
    }[channel]
    text = section.text(channel.value, pattern, expected, required=False)
    return (text or "",)


def _words(values: list[Value]) -> tuple[str, ...]:
    return tuple(word for value in values if (word := value.text()) is not None)


def _once(parts: list[Section], key: str, names: list[str]) -> None:
    """Told where a name stands again."""
    for at, (part, name) in enumerate(zip(parts, names, strict=True)):
        if name and name in names[:at]:
            what = f"{key}: the name {shown(name)} stands twice"
            part.findings.problem(part.line, what, None, "each name once")
