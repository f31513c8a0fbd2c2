// Delay over time in the manner of SmokePing: bands of percentiles, the bound, and loss below.
// Where nothing was measured there is a gap; where clocks bound nothing, what is certain all the same.
const SMOKE = [["min", "max", "smoke1"], ["min", "p99", "smoke2"], ["min", "p95", "smoke3"]];
const SERIES_TOP = 20, SERIES_HEIGHT = 150, EVENT_HEIGHT = 20, LOSS_HEIGHT = 34;
// Ticks are whole hours, days or weeks (UTC), so that a date stands where that day begins.
const DAY_S = 86400;
const TICKS_S = [60, 300, 900, 1800, 3600, 7200, 10800, 21600, 43200,
  ...[1, 2, 7, 14, 28, 56, 112, 364, 728, 3640].map((days) => days * DAY_S)];
const dayTicks = (from, to) => {
  const room = (step) => (step < DAY_S ? MOST_TIMES : MOST_DAYS);
  const step = TICKS_S.find((one) => (to - from) / one <= room(one)) ?? to - from;
  const part = new Date(from * 1000).getUTCFullYear()
    === new Date(to * 1000).getUTCFullYear() ? 5 : 0;
  const ticks = [];
  for (let at = Math.ceil((from - MONDAY) / step) * step + MONDAY; at <= to; at += step) {
    const text = new Date(at * 1000).toISOString();
    ticks.push([at, text.slice(part, 10) + (step < DAY_S ? ` ${text.slice(11, 16)}` : "")]);
  }
  return ticks;
};
// From the begin of the time that was asked for to its end, measured or not.
const spanOf = (told, series) => {
  const last = series.until.length - 1;
  const [from, to] = told.span ?? [Infinity, -Infinity];
  return [Math.min(from, series.since[0]), Math.max(to, series.until[last])];
};
const timeAxis = ([from, to]) => {
  const at = (seconds) => LEFT + ((seconds - from) / (to - from)) * (PIC - LEFT - RIGHT);
  return { at, from, to, ticks: dayTicks(from, to).map(([seconds, text]) => [at(seconds), text]) };
};
const certified = (series, place) => !missing(series.low?.[place]);
// A delay between clocks that bound nothing tells of the clocks.
const doubted = (series, place) => series.unsure !== undefined && missing(series.unsure[place]);
const drawnOf = (series) => series.since.map((_, place) => place).filter((place) =>
  !(doubted(series, place) && certified(series, place)) && !missing(series.min[place]));
const delayAxis = (series, bound) => {
  const drawn = drawnOf(series);
  const values = [...drawn.flatMap((place) => [series.min[place], series.max[place]]),
    ...series.since.flatMap((_, place) => certified(series, place)
      ? [series.low[place], series.high[place]] : []), ...(missing(bound) ? [] : [bound])];
  if (!values.length) return null;
  const low = values.reduce((a, b) => Math.min(a, b)), high = values.reduce((a, b) => Math.max(a, b));
  const room = Math.max(high - low, 10) * 0.08;
  const [least, most] = [low - room, high + room];
  const at = (us) => SERIES_TOP + SERIES_HEIGHT * (1 - (us - least) / (most - least));
  const step = roundStep(most - least, 5);
  const ticks = [];
  for (let value = Math.ceil(least / step) * step; value <= most; value += step) ticks.push(value);
  // Below is the line of events, whose name stands there.
  return { at, ticks: ticks.filter((value) => at(value) < SERIES_TOP + SERIES_HEIGHT - 4) };
};
const boxOf = (x, top, wide, bottom) =>
  `M${x.toFixed(1)} ${top.toFixed(1)}H${wide.toFixed(1)}V${bottom.toFixed(1)}H${x.toFixed(1)}z`;
const smokePath = (series, places, low, high, x, y) => places.map((place) =>
  boxOf(x(series.since[place]), y(series[high][place]), x(series.until[place]),
    y(series[low][place]))).join("");
// A line from piece to piece, broken where one is missing.
const stepLine = (series, places, field, x, y) => {
  let ended = null;
  return places.map((place) => {
    const begin = series.since[place];
    const joined = ended !== null && Math.abs(begin - ended) < 1;
    ended = series.until[place];
    const up = y(series[field][place]).toFixed(1);
    return `${joined ? `V${up}` : `M${x(begin).toFixed(1)} ${up}`}H${x(ended, begin).toFixed(1)}`;
  }).join("");
};
const certainPath = (series, x, y) => series.since.map((since, place) =>
  doubted(series, place) && certified(series, place)
    ? boxOf(x(since), y(series.high[place]), x(series.until[place]), y(series.low[place])) : "").join("");
// Loss that is not known draws nothing; none is a thin line on the ground.
const lossPath = (series, x, bottom) => series.since.map((since, place) => {
  if (missing(series.lost[place]) || !series.sent[place]) return "";
  const share = series.lost[place] / series.sent[place];
  const tall = share ? Math.max(2, Math.min(1, share * 10) * (LOSS_HEIGHT - 6)) : 0.6;
  return boxOf(x(since), bottom - tall, x(series.until[place]), bottom);
}).join("");
// Stretches between pieces, and before and after them, in which there was no window at all.
const gapsOf = (series, axis) => {
  const edges = [axis.from, ...series.until];
  const found = edges.map((end, place) => [end, series.since[place] ?? axis.to]);
  return found.filter(([end, begin]) => begin - end > 1);
};
const gapRects = (series, axis, bottom) => gapsOf(series, axis).map(([from, to]) =>
  s("rect", { class: "gapband", x: axis.at(from), width: axis.at(to) - axis.at(from), y: SERIES_TOP,
    height: bottom - SERIES_TOP }, s("title", {}, T("not_measured",
    { from: instantText(from), to: instantText(to) }))));
const instantText = (seconds) => `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")}Z`;
const smokeLayers = (series, axis, delay) => {
  const drawn = drawnOf(series);
  const sure = drawn.filter((place) => !doubted(series, place));
  const odd = drawn.filter((place) => doubted(series, place));
  return [
    ...SMOKE.map(([from, to, name]) => s("path", { class: name,
      d: smokePath(series, sure, from, to, axis.at, delay.at) })),
    s("path", { class: "oddsmoke", d: smokePath(series, odd, "min", "max", axis.at, delay.at) }),
    s("path", { class: "certain", d: certainPath(series, axis.at, delay.at) }),
    s("path", { class: "median", d: stepLine(series, drawn, "p50", axis.at, delay.at) }),
  ];
};
const seriesPicture = (series, bound, told) => {
  const axis = timeAxis(spanOf(told, series)), delay = delayAxis(series, bound);
  const events = eventsOf(series, told.events ?? []);
  const lane = SERIES_TOP + SERIES_HEIGHT, bottom = lane + EVENT_HEIGHT + LOSS_HEIGHT;
  return s("svg", { viewBox: `0 0 ${PIC} ${bottom + 22}`, role: "img", class: "chart smoke",
    "aria-label": T("history_label", { src: series.src, dst: series.dst }) },
  gapRects(series, axis, bottom), gridLines(axis, SERIES_TOP, bottom),
  ...(delay ? [...delay.ticks.map((us) => s("text", { class: "tick", x: LEFT - 6,
    y: delay.at(us) + 4, "text-anchor": "end" }, `${short(us)} ms`)),
  ...smokeLayers(series, axis, delay)] : []),
  missing(bound) ? null : s("path", { class: "bound", d: `M${LEFT} ${delay.at(bound)}H${PIC - RIGHT}` }),
  missing(bound) ? null : s("text", { class: "boundtext", x: PIC - RIGHT, y: delay.at(bound) - 4,
    "text-anchor": "end" }, T("budget_bound", { value: short(bound) })),
  eventMarks(events, axis, lane),
  s("path", { class: "grid", d: `M${LEFT} ${bottom}H${PIC - RIGHT}` }),
  s("text", { class: "tick", x: LEFT - 6, y: bottom - 4, "text-anchor": "end" }, T("lost")),
  s("path", { class: "loss", d: lossPath(series, axis.at, bottom) }));
};
