// What happened while a pair was measured: alarms, changes of its path, clocks that were set.
const ofFlow = (one, series) => one.campaign === series.campaign && one.flow === series.flow
  && [one.src, one.dst].every((end) => [series.src, series.dst].includes(end));
const eventsOf = (series, events) => events.filter((one) => {
  if (one.what === "clock") return [series.src, series.dst].includes(one.site);
  if (one.what === "path") return ofFlow(one, series) && one.src === series.src;
  return ofFlow(one, series) && (one.way === "round_trip" || one.src === series.src);
});
const eventText = (one) => {
  if (one.what === "clock") return T("event_clock", { site: one.site, times: one.times });
  if (one.what === "path") return T("event_path", { before: one.before, after: one.after });
  return T("event_alarm", { rule: one.rule, state: missing(one.until) ? T("alarm_raised")
    : T("alarm_cleared") });
};
const MARKS = {
  alarm: (x) => `M${x - 4} 15L${x} 6L${x + 4} 15z`,
  path: (x) => `M${x - 4} 6h8v8h-8z`,
  clock: (x) => `M${x} 5L${x + 5} 10L${x} 15L${x - 5} 10z`,
};
const eventMarks = (events, axis, top) => {
  const within = (seconds) => Math.min(axis.to, Math.max(axis.from, seconds));
  return s("g", { transform: `translate(0 ${top})` },
    s("text", { class: "tick", x: LEFT - 6, y: 14, "text-anchor": "end" }, T("events")),
    events.map((one) => {
      const from = axis.at(within(one.since)), to = axis.at(within(one.until ?? axis.to));
      return s("g", { class: `event ${one.what}` }, s("title", {},
        `${instantText(one.since)} ${eventText(one)}`),
      to - from > 2 ? s("rect", { x: from, y: 9, width: to - from, height: 3 }) : null,
      s("path", { d: MARKS[one.what](from) }));
    }));
};
const eventsPart = (told, src, dst) => {
  const ends_ = [src, dst];
  const shown = (told.events ?? []).filter((one) => (one.what === "clock"
    ? ends_.includes(one.site) : ends_.includes(one.src) && ends_.includes(one.dst)));
  if (!shown.length) return null;
  const title = T("events");
  const columns = [
    { key: "since", title: T("since"), kind: "text", phone: true, value: (one) => instantText(one.since) },
    { key: "until", title: T("until"), kind: "text",
      value: (one) => (missing(one.until) ? T("none") : instantText(one.until)) },
    { key: "event", title: T("event"), kind: "text", phone: true, value: eventText },
    { key: "where", title: T("where"), kind: "text",
      value: (one) => one.site ?? `${one.src} → ${one.dst} ${one.flow}` },
  ];
  const table = makeTable({ title, columns, sort: "since", down: true, folds: true });
  const part = tools(section(title, table.element), csvButton(title, table.csv));
  part.classList.add("plain", "events");
  // A table draws what is in sight, and nothing is before it is in the page.
  requestAnimationFrame(() => table.show(shown));
  return part;
};
