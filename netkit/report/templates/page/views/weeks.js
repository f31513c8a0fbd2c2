// Week against week: the same hours of each week over one another, the newest in front.
const WEEK = 7 * 86400, MONDAY = 4 * 86400, WEEKS_SHOWN = 5, WEEK_TOP = 14, WEEK_HEIGHT = 130;
const weekOf = (seconds) => Math.floor((seconds - MONDAY) / WEEK);
const weekName = (week) => new Date((week * WEEK + MONDAY) * 1000).toISOString().slice(0, 10);
const weekAxis = (series, places) => {
  const values = places.flatMap((place) => [series.p50[place], series.p99[place]]);
  const low = values.reduce((a, b) => Math.min(a, b)), high = values.reduce((a, b) => Math.max(a, b));
  const room = Math.max(high - low, 10) * 0.08, least = low - room, most = high + room;
  const step = roundStep(most - least, 4), ticks = [];
  for (let value = Math.ceil(least / step) * step; value <= most; value += step) ticks.push(value);
  return { at: (us) => WEEK_TOP + WEEK_HEIGHT * (1 - (us - least) / (most - least)), ticks };
};
const weekTime = () => {
  const at = (seconds) => LEFT + (seconds / WEEK) * (PIC - LEFT - RIGHT);
  return { at, ticks: T("weekdays").split(" ").map((day, place) => [at(place * 86400), day]) };
};
const weekLine = (series, places, field, time, delay) => stepLine(series, places, field,
  (seconds, begin = seconds) => time.at(seconds - MONDAY - weekOf(begin) * WEEK), delay.at);
const weeksPicture = (series) => {
  const drawn = drawnOf(series).filter((place) => !doubted(series, place));
  const weeks = [...new Set(drawn.map((place) => weekOf(series.since[place])))].slice(-WEEKS_SHOWN);
  if (weeks.length < 2) return null;
  const kept = drawn.filter((place) => weeks.includes(weekOf(series.since[place])));
  const time = weekTime(), delay = weekAxis(series, kept), bottom = WEEK_TOP + WEEK_HEIGHT;
  const line = (week, field, age) => s("path", { class: `week age${age} ${field}line`,
    d: weekLine(series, kept.filter((place) => weekOf(series.since[place]) === week), field, time, delay) },
  s("title", {}, T("week_of", { day: weekName(week) })));
  return s("svg", { viewBox: `0 0 ${PIC} ${bottom + 22}`, role: "img", class: "chart weeks",
    "aria-label": T("weeks_label", { src: series.src, dst: series.dst, count: weeks.length }) },
  gridLines(time, WEEK_TOP, bottom),
  delay.ticks.map((us) => s("text", { class: "tick", x: LEFT - 6, y: delay.at(us) + 4,
    "text-anchor": "end" }, `${short(us)} ms`)),
  weeks.flatMap((week, place) => ["p99", "p50"].map((field) =>
    line(week, field, weeks.length - 1 - place))));
};
const weeksTable = (series) => {
  const weeks = series.weeks;
  const heads = ["week", "verdict", "lost", "p50", "p99", "most"];
  const value = (place, field) => (missing(weeks.unsure[place]) ? T("none") : ms(weeks[field][place]));
  const lost = (place) => (missing(weeks.lost[place]) ? T("none")
    : T("lost_of", { lost: number(weeks.lost[place]), sent: number(weeks.sent[place]) }));
  const rows = weeks.since.map((since, place) => [weekName(weekOf(since)), weeks.verdict[place],
    lost(place), ...["p50", "p99", "max"].map((field) => value(place, field))]);
  return { heads: heads.map((key) => T(key)), rows };
};
const weeksPart = (series) => {
  if (!series.weeks || series.weeks.since.length < 2) return null;
  const title = T("weeks_title", { src: series.src, dst: series.dst });
  const picture = weeksPicture(series), { heads, rows } = weeksTable(series);
  const table = h("table", { class: "figures weektable" },
    h("thead", {}, h("tr", {}, heads.map((one) => h("th", { scope: "col" }, one)))),
    h("tbody", {}, rows.map(([name, verdict, ...values]) => h("tr", {}, h("th", { scope: "row" }, name),
      h("td", {}, chip(verdict)), values.map((one) => h("td", {}, one))))));
  return tools(section(title, picture ? h("div", { class: "picture" }, picture) : null,
    picture ? h("p", { class: "hint" }, T("weeks_key")) : null, table),
  ...(picture ? pictureButtons(title, () => picture) : []), csvButton(title, () => [heads, ...rows]));
};
