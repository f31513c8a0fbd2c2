// One pair's delays on one axis: light, the IGP alone, the plan, what was measured, the bound.
// On a phone a picture is drawn as wide as the screen: made smaller, its words could not be read.
const onPhone = matchMedia("(max-width: 640px)");
const RIGHT = 20;
let PIC, LEFT, MOST_TICKS, MOST_DAYS, MOST_TIMES;
const frame = () => {
  [PIC, LEFT, MOST_TICKS, MOST_DAYS, MOST_TIMES] = onPhone.matches
    ? [340, 64, 4, 4, 2] : [720, 96, 8, 9, 6];
};
frame();
const roundStep = (span, most) => {
  const power = 10 ** Math.floor(Math.log10(span / most));
  return power * [1, 2, 5, 10].find((factor) => factor * power * most >= span * 0.999);
};
const axisOf = (least, most, width = PIC) => {
  const at = (value) => LEFT + ((value - least) / (most - least)) * (width - LEFT - RIGHT);
  const step = roundStep(most - least, MOST_TICKS);
  const digits = Math.max(0, -Math.floor(Math.log10(step / 1000)));
  const ticks = [];
  for (let value = Math.ceil(least / step) * step; value <= most; value += step) ticks.push(value);
  return { at, ticks: ticks.map((value) => [at(value), (value / 1000).toFixed(digits)]) };
};
const gridLines = (axis, top, bottom) => axis.ticks.map(([x, text]) => s("g", {},
  s("path", { class: "grid", d: `M${x} ${top}V${bottom}` }),
  // A long text at the right edge would be cut off.
  s("text", x + text.length * 3.2 > PIC
    ? { class: "tick", x: PIC, y: bottom + 14, "text-anchor": "end" }
    : { class: "tick", x, y: bottom + 14, "text-anchor": "middle" }, text)));
const span = (axis, low, high, y, height, name, said) => missing(low) || missing(high) ? null
  : s("rect", { class: name, x: axis.at(low), width: Math.max(1, axis.at(high) - axis.at(low)),
    y, height }, s("title", {}, said));
const mark = (axis, value, y, name, said) => missing(value) ? null
  : s("path", { class: name, d: `M${axis.at(value)} ${y}v26` }, s("title", {}, said));
const budgetWay = (pair, way, axis, y) => {
  const value = (field) => of(pair, way, field);
  const said = (key, field) => T(key, { value: ms(value(field)) });
  const range = (low, high) => ({ low: ms(value(low)), high: ms(value(high)) });
  const floor = held("floor", pair);
  return s("g", {},
    s("text", { x: LEFT - 8, y: y + 17, "text-anchor": "end" }, T(way === THERE ? "there" : "back")),
    span(axis, 0, floor, y, 26, "light", T("budget_light", { value: ms(floor) })),
    span(axis, floor ?? 0, value("plan"), y + 6, 14, "planned", said("budget_plan", "plan")),
    span(axis, value("best"), value("plan"), y + 6, 14, "ecmp", T("budget_ecmp", range("best", "plan"))),
    span(axis, value("min"), value("p99"), y + 11, 4, "measured", T("budget_range", range("min", "p99"))),
    span(axis, value("least"), value("most"), y + 8, 10, "judged", T("budget_judged", range("least", "most"))),
    mark(axis, value("igp"), y, "igp", said("budget_igp", "igp")),
    mark(axis, value("reach"), y, "reach", said("budget_reach", "reach")),
    missing(value("p50")) ? null : s("circle", { class: "p50", cx: axis.at(value("p50")), cy: y + 13, r: 5 },
      s("title", {}, said("budget_p50", "p50"))));
};
const budgetFigures = (pair) => ["p99", "plan", "igp", "most", "reach"].flatMap((field) =>
  waysOf(pair).map((way) => of(pair, way, field))).filter((value) => !missing(value));
const budgetPicture = (pair) => {
  const bound = held("bound", pair);
  const axis = axisOf(0, Math.max(bound, ...budgetFigures(pair)) * 1.06);
  const ways = waysOf(pair);
  const bottom = 26 + ways.length * 36;
  return s("svg", { viewBox: `0 0 ${PIC} ${bottom + 20}`, role: "img", class: "chart budget",
    "aria-label": T("budget_label", { ...ends(pair), bound: short(bound) }) },
  gridLines(axis, 20, bottom),
  ways.map((way, line) => budgetWay(pair, way, axis, 24 + 36 * line)),
  s("path", { class: "bound", d: `M${axis.at(bound)} 18V${bottom}` }),
  s("text", { class: "boundtext", x: axis.at(bound), y: 13, "text-anchor": "end" },
    T("budget_bound", { value: short(bound) })));
};
const budgetKey = (pair) => {
  const has = (field) => of(pair, THERE, field) !== null;
  const swatch = (name) => s("svg", { class: "key", viewBox: "0 0 14 14", "aria-hidden": "true" },
    name === "igp" || name === "reach" ? s("path", { class: name, d: "M7 0v14" })
      : name === "p50" ? s("circle", { class: "p50", cx: 7, cy: 7, r: 5 })
        : s("rect", { class: name, y: 3, width: 14, height: 8 }));
  const item = (known, name, text) => known ? h("span", {}, swatch(name), text) : null;
  return h("p", { class: "legend" },
    item(held("floor", pair) !== null, "light", T("floor")), item(has("igp"), "igp", T("igp")),
    item(has("reach"), "reach", T("reach")), item(has("plan"), "planned", T("planned")), item(has("p50"), "p50", T("key_p50")),
    item(has("p99"), "measured", T("key_range")), item(has("most"), "judged", T("key_judged")));
};
