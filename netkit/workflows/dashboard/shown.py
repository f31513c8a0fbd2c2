"""What a dashboard shows at a moment: made once for each state of the store, and not for each who
asks.

States::

    (nothing read) ──read──> shown, version n ──something new──> shown, version n + 1
           └──────────fails──────────┴──fails──> the same, away since ──read──> the same, or new
"""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import cast

from netkit.errors import NetkitError
from netkit.model.measurement.window import WindowSelection
from netkit.report.documents.monitoring.over_time import over_time_to_json
from netkit.report.html.pages.page import Ground, live_page, report_data
from netkit.report.html.pages.series import told_over_time
from netkit.report.html.pages.sources import Sources
from netkit.report.html.pages.texts import text
from netkit.report.words.text import visible
from netkit.report.words.times import utc_text
from netkit.stats.windows.history import DirectionHistory
from netkit.stats.windows.over_time import OverTime
from netkit.workflows.dashboard.requests import Answer, Page, Query, refusal
from netkit.workflows.dashboard.source import Source

_JSON = "application/json"
_FRAMES = "; frame-ancestors 'none'"
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _State:
    """``data`` is what the page holds; ``pairs`` what its names stand for in the store."""

    version: int
    data: Mapping[str, object]
    found: OverTime | None
    pairs: Mapping[_Key, WindowSelection]
    at: str
    away: Mapping[str, str] | None


class Shown:
    """The pages of a store, of one moment each; any thread may ask, one thread looks.
    Pairs are read one after the other, however many ask."""

    def __init__(
        self, source: Source, others: Sources, ground: Ground, every_s: float,
        now_ns: Callable[[], int],
    ) -> None:  # fmt: skip
        self._source, self._others, self._ground = source, others, ground
        self._every_s, self._now_ns = every_s, now_ns
        self._longer: Sequence[DirectionHistory] = ()
        self._pair_by_pair = threading.Lock()
        self._run = str(now_ns())
        self._made: dict[str, tuple[_State, Answer]] = {}
        now = utc_text(now_ns())
        self._state = _State(0, self._data(None), None, {}, now, None)

    @property
    def pages(self) -> Mapping[str, Page]:
        """What is answered, by path."""
        return {"/": self._page, "/overview.json": self._overview, "/pair.json": self._pair}

    def look(self) -> None:
        """Look at how all pairs are now; what cannot be read is told on the page."""
        self._try(lambda: self._show(replace(self._source.now(), longer=self._longer)))

    def look_back(self) -> None:
        """Read all of the time anew, which takes longer."""
        self._try(self._read_longer)

    def _read_longer(self) -> None:
        self._longer = self._source.longer()
        if self._state.found is not None:
            self._show(replace(self._state.found, longer=self._longer))

    def _try(self, read: Callable[[], None]) -> None:
        try:
            read()
        except NetkitError as error:
            self._away(str(error))
        except Exception as error:  # noqa: BLE001 - a page that stands still must say so
            if self._state.away is None:
                traceback.print_exc()
            self._away(f"{type(error).__name__}: {error}")

    def _away(self, error: str) -> None:
        away = self._state.away or {"since": utc_text(self._now_ns())}
        self._state = replace(self._state, away={**away, "error": visible(error)})

    def _show(self, found: OverTime) -> None:
        at, state = utc_text(self._now_ns()), self._state
        if state.found is not None and _same(found, state.found):
            self._state = replace(state, at=at, away=None)
            return
        data = self._data(found)
        pairs = _pairs(found, self._source.campaign)
        self._state = _State(state.version + 1, data, found, pairs, at, None)

    def _data(self, found: OverTime | None) -> Mapping[str, object]:
        document = None if found is None else over_time_to_json(found)
        data = report_data(replace(self._others, over_time=document), self._ground)
        # Before anything was read a plan says how pairs should be, and not how they are.
        return {**data, "sentence": text("nothing_read") + text("stop")} if found is None else data

    def _live(self, state: _State) -> dict[str, object]:
        return {
            "run": self._run, "version": state.version, "at": state.at, "every_s": self._every_s,
            "away": state.away,
        }  # fmt: skip

    def _of(self, state: _State, name: str, make: Callable[[_State], Answer]) -> Answer:
        """What is sent of one state is made for the first who asks."""
        made = self._made.get(name)
        if made is None or made[0] is not state:
            made = self._made[name] = (state, make(state))
        return made[1]

    def _page(self, _: Query) -> Answer:
        return self._of(self._state, "page", self._page_of)

    def _page_of(self, state: _State) -> Answer:
        page = live_page({**state.data, "live": self._live(state)})
        headers = {"Content-Security-Policy": page.policy + _FRAMES}
        body = page.text.encode("utf-8", "backslashreplace")
        return Answer(HTTPStatus.OK, body, "text/html; charset=utf-8", headers)

    def _overview(self, query: Query) -> Answer:
        state = self._state
        # Another run of the dashboard has counted its versions from 0 as well.
        same_run = query.get("run", self._run) == self._run
        seen = same_run and query.get("seen") == str(state.version)
        if seen:
            return _json({"live": self._live(state), "data": None})
        return self._of(state, "overview", self._overview_of)

    def _overview_of(self, state: _State) -> Answer:
        return _json({"live": self._live(state), "data": state.data})

    def _pair(self, query: Query) -> Answer:
        key = (query.get("src", ""), query.get("dst", ""), query.get("flow", ""))
        state = self._state
        selection = state.pairs.get(key)
        if selection is None:
            # One that is planned, and that nobody has measured, is there and has nothing to tell.
            if not {key[0], key[1]} <= set(cast("list[str]", state.data["names"])):
                return refusal(HTTPStatus.NOT_FOUND, "there is no such pair")
            return _json(told_over_time(Sources()))
        try:
            with self._pair_by_pair:
                document = over_time_to_json(self._source.pair(selection))
        except NetkitError as error:
            return _json({"away": {"error": visible(str(error))}})
        except Exception as error:  # noqa: BLE001 - as where all pairs are read
            traceback.print_exc()
            return _json({"away": {"error": visible(f"{type(error).__name__}: {error}")}})
        return _json(told_over_time(Sources(over_time=document)))


def _same(one: OverTime, other: OverTime) -> bool:
    """Whether both tell the same but for the time at which they were asked."""
    return replace(one, since_ns=0, until_ns=0) == replace(other, since_ns=0, until_ns=0)


def _pairs(found: OverTime, campaign: str | None) -> dict[_Key, WindowSelection]:
    """By the names that a page shows: flows, and for pairs of a plan all flows between two ends
    that are of ``campaign``."""
    pairs: dict[_Key, WindowSelection] = {}
    for row in found.whole:
        src, dst = visible(row.src), visible(row.dst)
        flow = visible(f"{row.campaign} {row.flow}")
        pairs[src, dst, flow] = WindowSelection(row.campaign, row.src, row.dst, row.flow)
        pairs[src, dst, ""] = WindowSelection(campaign, row.src, row.dst)
        pairs.setdefault((dst, src, flow), pairs[src, dst, flow])
        pairs.setdefault((dst, src, ""), pairs[src, dst, ""])
    return pairs


def _json(document: Mapping[str, object]) -> Answer:
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return Answer(HTTPStatus.OK, text.encode("ascii"), _JSON)
