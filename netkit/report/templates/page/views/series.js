// The parts of a page that tell one direction over time, and which series are of a pair.
const FIGURES = ["min", "p50", "p95", "p99", "p99_9", "max"];
const inMs = (column, place) => (missing(column?.[place]) ? null : column[place] / 1000);
const seriesRows = (series) => [
  ["since", "until", "sent", "lost", "verdict", ...FIGURES.map((one) => `${one}_ms`),
    "uncertainty_ms", "certified_low_ms", "certified_high_ms"],
  ...series.since.map((since, place) => [new Date(since * 1000).toISOString(),
    new Date(series.until[place] * 1000).toISOString(), series.sent[place], series.lost[place],
    series.verdict[place], ...FIGURES.map((one) => inMs(series[one], place)),
    inMs(series.unsure, place), inMs(series.low, place), inMs(series.high, place)])];
const seriesKey = (series) => [T("history_key"),
  series.since.some((_, place) => doubted(series, place) && !missing(series.min[place]))
    ? T("history_doubt") : "",
  series.since.some((_, place) => certified(series, place) && doubted(series, place))
    ? T("history_certain") : ""].filter(Boolean).join(" ");
const seriesPart = (series, bound, told) => {
  const title = T("history_title", series);
  const picture = seriesPicture(series, bound, told);
  return tools(section(title, h("div", { class: "picture" }, picture),
    h("p", { class: "hint" }, seriesKey(series))),
  ...pictureButtons(title, () => picture), csvButton(title, () => seriesRows(series)));
};
const seriesOf = (pair, told) => {
  const ends_ = Object.values(ends(pair)), flow = flowOf(pair);
  return told.series.filter((one) => ends_.includes(one.src) && ends_.includes(one.dst)
    && (flow === null || flow === `${one.campaign} ${one.flow}`));
};
// What was measured between ends that are no pair of the page, which so has no page of its own.
const endsKey = (...names) => names.sort().join("\n");
let pairedEnds;
derived(() => {
  pairedEnds = new Set(Array.from({ length: D.count }, (_, pair) => endsKey(...Object.values(ends(pair)))));
});
const unpaired = () => D.series.filter((one) => !pairedEnds.has(endsKey(one.src, one.dst)));
const overTimeParts = (pair, told) => {
  const found = seriesOf(pair, told), { src, dst } = ends(pair);
  return [...found.map((one) => seriesPart(one, held("bound", pair), told)),
    eventsPart(told, src, dst), ...found.map(weeksPart)].filter(Boolean);
};
