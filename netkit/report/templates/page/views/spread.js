// What was measured beside plan and bound: every pair on the same axes, and how its probes lie
// around what was planned of the branch that they took.
const PANEL = { wide: 250, narrow: 130, high: 34 };
const panelWidth = () => (onPhone.matches ? PANEL.narrow : PANEL.wide);
const delaysOf = (pair, way) => {
  const steps = of(pair, way, "spread");
  let sum = 0;
  return steps === null ? null : steps.map((step) => (sum += step));
};
const planOf = (pair, way) => of(pair, way, "branch") ?? of(pair, way, "plan");
const leanOf = (pair, way) => {
  const delays = delaysOf(pair, way), plan = planOf(pair, way);
  return delays === null || plan === null ? null : delays.map((delay) => delay - plan);
};
const toleranceOf = (plan) => Math.max(D.spread.tolerance[0], D.spread.tolerance[1] * plan);
const pairsSpread = () => everyPair()
  .filter((pair) => waysOf(pair).some((way) => leanOf(pair, way) !== null));
// Nearly all probes are on the axis; what lies beyond is counted in words.
const MOST_LOOKED_AT = 500, LEAST_EARLY = -100, LEAST_LATE = 350, SHOWN_SHARE = 0.98;
const leanAxis = (pairs) => {
  const every = Math.ceil(pairs.length / MOST_LOOKED_AT);
  const found = pairs.filter((_, place) => place % every === 0).flatMap((pair) =>
    waysOf(pair).flatMap((way) => leanOf(pair, way) ?? [])).sort((a, b) => a - b);
  const at = (share) => found[Math.round(share * (found.length - 1))] ?? 0;
  return { low: Math.min(LEAST_EARLY, 1.1 * at(1 - SHOWN_SHARE)),
    high: Math.max(LEAST_LATE, 1.1 * at(SHOWN_SHARE)) };
};
const placed = ({ low, high }, from, wide) => (value) => from + ((value - low) / (high - low)) * wide;
const leanTicks = ({ low, high }, most) => {
  const step = roundStep(high - low, most), ticks = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) ticks.push(value);
  return ticks;
};
// The share of probes that took no more, as steps from 0 to all of them.
const leanCurve = (lean, x, y) => {
  const shares = D.spread.percent;
  const steps = lean.map((value, place) =>
    `H${x(value).toFixed(1)}V${y(shares[place] / 100).toFixed(1)}`);
  return `M${x(lean[0]).toFixed(1)} ${y(0).toFixed(1)}${steps.join("")}`;
};
const leanLayers = (pair, axis, x, y, box) => {
  const plan = planOf(pair, THERE) ?? planOf(pair, BACK), most = toleranceOf(plan);
  const inside = (value) => Math.min(Math.max(value, axis.low), axis.high);
  const [from, to] = [x(inside(-most)), x(inside(most))];
  return [s("rect", { class: "asplanned", x: from, width: to - from, y: box.top, height: box.high }),
    s("path", { class: "grid", d: `M${x(0)} ${box.top}v${box.high}` }),
    ...waysOf(pair).map((way) => {
      const lean = leanOf(pair, way);
      return lean === null ? null : s("path", { class: `lean ${way === THERE ? "there" : "back"}`,
        d: leanCurve(lean.map(inside), x, y) });
    })];
};
const leanCell = (axis) => (pair) => {
  const wide = panelWidth(), x = placed(axis, 2, wide - 4);
  return s("svg", { width: wide, height: PANEL.high, viewBox: `0 0 ${wide} ${PANEL.high}`, role: "img",
    "aria-label": T("spread_label", ends(pair)) },
  leanLayers(pair, axis, x, (share) => 31 - 28 * share, { top: 0, high: PANEL.high }));
};
const boundAxis = (pairs) => {
  const shares = pairs.flatMap((pair) => waysOf(pair).flatMap((way) =>
    [of(pair, way, "p99"), of(pair, way, "plan")].map((value) => (value ?? 0) / held("bound", pair))));
  return { low: 0, high: shares.reduce((a, b) => Math.max(a, b), 1) * 1.04 };
};
const boundCell = (axis) => (pair) => {
  const wide = panelWidth(), x = placed(axis, 2, wide - 4), bound = held("bound", pair);
  const at = (value) => x(value / bound), floor = held("floor", pair);
  const way = (which, y) => [
    missing(of(pair, which, "plan")) ? null : s("path", { class: "plantick",
      d: `M${at(of(pair, which, "plan"))} ${y - 7}v14` }),
    missing(of(pair, which, "min")) ? null : s("path", { class: `lean ${which === THERE ? "there" : "back"}`,
      d: `M${at(of(pair, which, "min"))} ${y}H${at(of(pair, which, "p99"))}` }),
    missing(of(pair, which, "p50")) ? null
      : s("circle", { class: "p50", cx: at(of(pair, which, "p50")), cy: y, r: 3.2 })];
  return s("svg", { width: wide, height: PANEL.high, viewBox: `0 0 ${wide} ${PANEL.high}`, role: "img",
    "aria-label": T("spread_label_bound", ends(pair)) },
  missing(floor) ? null : s("rect", { class: "light", x: 2, y: 2, width: at(floor) - 2, height: 30 }),
  s("path", { class: "bound", d: `M${x(1)} 0v${PANEL.high}` }),
  waysOf(pair).flatMap((which, line) => way(which, 9 + 16 * line)));
};
const panelAxis = (axis, text) => () => {
  const wide = panelWidth(), x = placed(axis, 2, wide - 4);
  return s("svg", { width: wide, height: 14, viewBox: `0 0 ${wide} 14`, "aria-hidden": "true" },
    leanTicks(axis, onPhone.matches ? 2 : 5).map((value) => s("text", { class: "tick", x: x(value), y: 11,
      "text-anchor": x(value) < 12 ? "start" : x(value) > wide - 12 ? "end" : "middle" }, text(value))));
};
const offOf = (pair) => {
  const found = waysOf(pair).map((way) => missing(of(pair, way, "p50")) || planOf(pair, way) === null
    ? null : Math.abs(of(pair, way, "p50") - planOf(pair, way)));
  return found.includes(null) ? null : Math.max(...found);
};
const spreadPart = () => {
  const pairs = pairsSpread();
  if (!D.spread || !pairs.length) return null;
  const lean = leanAxis(pairs), bound = boundAxis(pairs), title = T("spread");
  const columns = [
    { key: "pair", title: T("pair"), kind: "text", phone: true, draw: pairLink,
      value: (pair) => nameRank[held("src", pair)] * D.names.length + nameRank[held("dst", pair)],
      csv: (pair) => `${ends(pair).src} ${ends(pair).dst}` },
    { key: "spread_bound", title: T("spread_bound"), kind: "picture", value: shareOf,
      draw: boundCell(bound), axis: panelAxis(bound, (value) => Math.round(100 * value)),
      csv: (pair) => percent(shareOf(pair)) },
    { key: "spread_plan", title: T("spread_plan"), kind: "picture", phone: true, value: offOf,
      draw: leanCell(lean), axis: panelAxis(lean, short), csv: (pair) => ms(offOf(pair)) },
  ];
  const longest = longestPairs(pairs);
  const table = makeTable({ title, columns, sort: "spread_plan", down: true, longest: () => longest });
  const part = tools(section(title, h("p", { class: "hint" }, T("spread_key")), table.element),
    csvButton(title, table.csv));
  part.classList.add("plain", "spread");
  const measured = new Set(pairs);
  return { part, show: (chosen) => table.show(chosen.filter((pair) => measured.has(pair))) };
};
// The same of one pair, large enough to read shares off it.
const pairSpread = (pair) => {
  if (!D.spread || waysOf(pair).every((way) => leanOf(pair, way) === null)) return null;
  const found = waysOf(pair).flatMap((way) => leanOf(pair, way) ?? []);
  const least = Math.min(LEAST_EARLY, ...found), most = Math.max(LEAST_LATE, ...found);
  const room = (most - least) * 0.03, axis = { low: least - room, high: most + room };
  const top = 8, high = 150, x = placed(axis, LEFT, PIC - LEFT - RIGHT);
  const y = (share) => top + high * (1 - share);
  const title = T("spread_pair");
  const picture = s("svg", { viewBox: `0 0 ${PIC} ${top + high + 20}`, role: "img", class: "chart",
    "aria-label": T("spread_label", ends(pair)) },
  gridLines({ ticks: leanTicks(axis, MOST_TICKS).map((value) => [x(value), short(value)]) }, top, top + high),
  [0, 0.5, 1].map((share) => s("text", { class: "tick", x: LEFT - 6, y: y(share) + 4,
    "text-anchor": "end" }, percent(share))),
  leanLayers(pair, axis, x, y, { top, high }));
  return tools(section(title, h("div", { class: "picture" }, picture),
    h("p", { class: "hint" }, `${T("spread_plan")}. ${T("spread_pair_key")}`)),
  ...pictureButtons(title, () => picture));
};
