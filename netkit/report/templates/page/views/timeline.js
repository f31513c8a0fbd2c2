// A drill: what happened when, and of each direction that was hit every probe, phase by phase.
const DRILL_TOP = 34, DRILL_HIGH = 140, LOST_HIGH = 26, MOST_READ = 2, NAME_CELL = 7, NAME_ROWS = [17, 29];
const storyPart = () => tools(section(T("story"), h("ol", { class: "story" },
  D.drill.story.map(([at, text]) => h("li", {}, h("time", {}, T("moment", { s: (at / 1000).toFixed(2) })),
    h("span", {}, text))))),
csvButton(T("story"), () => [["s", T("story")],
  ...D.drill.story.map(([at, text]) => [(at / 1000).toFixed(3), text])]));
const timelineAxes = (one) => {
  const arrived = one.delay.filter((delay) => !missing(delay));
  // What a clock made more of than twice the tier has no place, nor what is less than nothing.
  const read = one.read.filter((delay) => delay <= MOST_READ * one.bound);
  const certified_ = one.phases.map((phase) => phase[4] ?? 0);
  const most = [one.bound, ...arrived, ...read, ...certified_].reduce((a, b) => Math.max(a, b)) * 1.12;
  const x = (at) => LEFT + (Math.min(Math.max(at, 0), D.drill.length) / D.drill.length) * (PIC - LEFT - RIGHT);
  const y = (us) => DRILL_TOP + DRILL_HIGH * (1 - us / most);
  return { x, y, most };
};
const dots = (name, places) => s("path", { class: `probes ${name}`,
  d: places.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("") });
const probeLayers = (one, { x, y, most }, bottom) => {
  const all = one.at.map((at, place) => [at, one.delay[place]]);
  const at = (found) => found.map(([when, us]) => [x(when), y(us)]);
  const read = one.read_at.map((when, place) => [when, one.read[place]])
    .filter(([, us]) => us >= 0 && us <= most);
  return [
    dots("read", at(read)),
    dots("intime", at(all.filter(([, us]) => us !== null && us <= one.bound))),
    dots("late", at(all.filter(([, us]) => us !== null && us > one.bound))),
    s("path", { class: "lostticks", d: all.filter(([, us]) => us === null)
      .map(([when]) => `M${x(when).toFixed(1)} ${bottom - 14}v12`).join("") })];
};
const seconds = (at) => (at / 1000).toFixed(2);
// A name stands in the second row where the first has no room, and is left out where neither has.
const placesOfNames = () => {
  const free = NAME_ROWS.map(() => 0);
  return (left, name) => {
    const end = left + 8 + NAME_CELL * cells(name), row = free.findIndex((taken) => taken <= left);
    if (row < 0 || end > PIC) return null;
    free[row] = end;
    return s("text", { class: "phasename", x: left + 4, y: NAME_ROWS[row] }, name);
  };
};
const phaseBands = (one, { x, y }, bottom, named = placesOfNames()) => one.phases.map(
  ([from, to, name, mood, worst, verdict]) => {
  const left = x(from), wide = Math.max(0, x(to) - left);
  return s("g", {}, s("title", {}, T("phase_told", { name, verdict: T(verdict), from: seconds(from),
    to: seconds(to) })),
  s("rect", { class: `band ${mood}`, x: left, y: 4, width: wide, height: bottom - 4 }),
  named(left, name),
  missing(worst) ? null : s("path", { class: "certifiedline", d: `M${left} ${y(worst)}h${wide}` }));
});
const timelinePicture = (one) => {
  const axes = timelineAxes(one), bottom = DRILL_TOP + DRILL_HIGH + LOST_HIGH;
  const across = axisOf(0, D.drill.length).ticks.length ? roundStep(D.drill.length, MOST_TICKS) : 1;
  const ticks = [];
  for (let at = 0; at <= D.drill.length; at += across) ticks.push([axes.x(at), T("moment", { s: at / 1000 })]);
  const up = [], step = roundStep(axes.most, 4);
  for (let us = 0; us <= axes.most; us += step) up.push(us);
  return s("svg", { viewBox: `0 0 ${PIC} ${bottom + 20}`, role: "img", class: "chart timeline",
    "aria-label": `${one.src} → ${one.dst}: ${one.text}` },
  phaseBands(one, axes, bottom), gridLines({ ticks }, 4, bottom),
  up.map((us) => s("text", { class: "tick", x: LEFT - 6, y: axes.y(us) + 4, "text-anchor": "end" },
    `${short(us)} ms`)),
  s("path", { class: "bound", d: `M${LEFT} ${axes.y(one.bound)}H${PIC - RIGHT}` }),
  s("text", { class: "boundtext", x: PIC - RIGHT, y: axes.y(one.bound) - 4, "text-anchor": "end" },
    T("tier_line", { value: short(one.bound) })),
  s("text", { class: "tick", x: LEFT - 6, y: bottom - 5, "text-anchor": "end" }, T("lost")),
  probeLayers(one, axes, bottom));
};
const phaseChips = (one) => h("p", { class: "phases" }, one.phases.filter(([, , , mood]) => mood !== "quiet")
  .map(([, , name, , , verdict]) => h("span", {}, `${name} `, chip(verdict))));
const timelinePart = (one) => {
  const title = T("timeline", one), picture = timelinePicture(one);
  const part = section(title, h("p", {}, one.text), phaseChips(one), h("div", { class: "picture" }, picture));
  part.classList.add("undivided");
  return tools(part, ...pictureButtons(title, () => picture),
    csvButton(title, () => [["at_ms", "delay_ms"], ...one.at.map((at, place) => [at, inMs(one.delay, place)])]));
};
const timelineKey = () => h("p", { class: "hint" }, T("timeline_key"),
  D.drill.timelines.some((one) => one.read.length) ? ` ${T("timeline_read")}` : "");
// All of a drill on the first page; of a pair its own directions.
const drillParts = () => {
  if (!D.drill) return [];
  const told = D.drill.told.map((text) => h("p", {}, text));
  return [storyPart(), section(T("timelines"), ...told, timelineKey(),
    D.drill.untouched ? h("p", { class: "hint" }, T("untouched", { count: D.drill.untouched })) : null),
  ...D.drill.timelines.map(timelinePart)];
};
const pairTimelines = (pair) => {
  const { src, dst } = ends(pair);
  const own = (D.drill ? D.drill.timelines : []).filter((one) =>
    [one.src, one.dst].every((end) => [src, dst].includes(end)));
  return own.length ? [...own.map(timelinePart), timelineKey()] : [];
};
