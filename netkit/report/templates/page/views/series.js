// Delay over time in the manner of SmokePing: bands of percentiles, the bound, and loss below.
const SMOKE = [["min", "max", "smoke1"], ["min", "p99", "smoke2"], ["min", "p95", "smoke3"]];
const SERIES_TOP = 20, SERIES_HEIGHT = 150, LOSS_HEIGHT = 34;
const dayText = (seconds, span_) => {
  const text = new Date(seconds * 1000).toISOString();
  return span_ > 6 * 86400 ? text.slice(5, 10) : `${text.slice(5, 10)} ${text.slice(11, 16)}`;
};
const timeAxis = (series) => {
  const [from, to] = [series.since[0], series.until[series.until.length - 1]];
  const at = (seconds) => LEFT + ((seconds - from) / (to - from)) * (PIC - LEFT - RIGHT);
  const ticks = Array.from({ length: 6 }, (_, place) => from + (place * (to - from)) / 5);
  return { at, ticks: ticks.map((seconds) => [at(seconds), dayText(seconds, to - from)]) };
};
const delayAxis = (series, bound) => {
  const values = ["min", "max"].flatMap((name) => series[name]).filter((one) => !missing(one));
  const [low, high] = [Math.min(...values), Math.max(bound ?? 0, ...values)];
  const room = Math.max(high - low, 10) * 0.08;
  const [least, most] = [low - room, high + room];
  const at = (us) => SERIES_TOP + SERIES_HEIGHT * (1 - (us - least) / (most - least));
  const step = roundStep(most - least, 5);
  const ticks = [];
  for (let value = Math.ceil(least / step) * step; value <= most; value += step) ticks.push(value);
  return { at, ticks };
};
const smokePath = (series, low, high, x, y) => series.since.map((since, place) =>
  missing(series[low][place]) ? "" : `M${x(since).toFixed(1)} ${y(series[low][place]).toFixed(1)}`
    + `H${x(series.until[place]).toFixed(1)}V${y(series[high][place]).toFixed(1)}`
    + `H${x(since).toFixed(1)}z`).join("");
const medianPath = (series, x, y) => series.since.map((since, place) =>
  missing(series.p50[place]) ? "" : `M${x(since).toFixed(1)} ${y(series.p50[place]).toFixed(1)}`
    + `H${x(series.until[place]).toFixed(1)}`).join("");
const lossPath = (series, x, bottom) => series.since.map((since, place) => {
  const share = series.sent[place] ? series.lost[place] / series.sent[place] : 0;
  if (!share) return "";
  const tall = Math.max(2, Math.min(1, share * 10) * (LOSS_HEIGHT - 6));
  return `M${x(since).toFixed(1)} ${bottom}V${bottom - tall}H${x(series.until[place]).toFixed(1)}V${bottom}z`;
}).join("");
const seriesPicture = (series, bound) => {
  const time = timeAxis(series), delay = delayAxis(series, bound);
  const low = SERIES_TOP + SERIES_HEIGHT, bottom = low + LOSS_HEIGHT;
  return s("svg", { viewBox: `0 0 ${PIC} ${bottom + 22}`, role: "img", class: "chart",
    "aria-label": T("history_label", { src: nameOf(series.src), dst: nameOf(series.dst) }) },
  gridLines(time, SERIES_TOP, bottom),
  delay.ticks.map((us) => s("text", { class: "tick", x: LEFT - 6, y: delay.at(us) + 4,
    "text-anchor": "end" }, `${short(us)} ms`)),
  SMOKE.map(([from, to, name]) => s("path", { class: name,
    d: smokePath(series, from, to, time.at, delay.at) })),
  s("path", { class: "median", d: medianPath(series, time.at, delay.at) }),
  missing(bound) ? null : s("path", { class: "bound", d: `M${LEFT} ${delay.at(bound)}H${PIC - RIGHT}` }),
  s("path", { class: "grid", d: `M${LEFT} ${bottom}H${PIC - RIGHT}` }),
  s("text", { class: "tick", x: LEFT - 6, y: bottom - 4, "text-anchor": "end" }, T("lost")),
  s("path", { class: "loss", d: lossPath(series, time.at, bottom) }));
};
const seriesPart = (series, bound) => {
  const title = T("history_title", { src: nameOf(series.src), dst: nameOf(series.dst),
    campaign: series.campaign, flow: series.flow });
  const picture = seriesPicture(series, bound);
  const fields = ["min", "p50", "p95", "p99", "p99_9", "max"];
  const rows = () => [["since", "until", "sent", "lost", "verdict", ...fields.map((one) => `${one}_ms`)],
    ...series.since.map((since, place) => [new Date(since * 1000).toISOString(),
      new Date(series.until[place] * 1000).toISOString(), series.sent[place], series.lost[place],
      series.verdict[place], ...fields.map((one) =>
        missing(series[one][place]) ? null : series[one][place] / 1000)])];
  return tools(section(title, h("div", { class: "picture" }, picture),
    h("p", { class: "hint" }, T("history_key"))),
  ...pictureButtons(title, () => picture), csvButton(title, rows));
};
const seriesOf = (pair) => D.series.filter((one) => [one.src, one.dst].every((end) =>
  [held("src", pair), held("dst", pair)].includes(end)));
