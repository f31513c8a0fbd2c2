// Where the planned delay comes from: link by link, light first, then fibre that is not straight.
const hopsOf = (links) => links.map((link) => {
  const [id, a, b] = D.links[link];
  const [, delay, light_] = D.facts ? D.facts[link] : [null, null, null];
  return { id, a: nameOf(a), b: nameOf(b), delay: delay ?? null, light: light_ ?? null };
});
// Names stand before their bars, on a phone above them, in as many lines as the longest needs.
const HOP_LINE = 15, HOP_CELLS = 70;
const hopName = (hop) => `${hop.a} → ${hop.b}`;
const hopLayout = (hops) => {
  const most = onPhone.matches ? Math.floor(PIC / WIDE_LETTER) : HOP_CELLS;
  const lines = Math.max(...hops.map((hop) => inLines(hopName(hop), most).length));
  if (onPhone.matches) {
    const below = 2 + HOP_LINE * lines;
    return { left: 0, bars: PIC, step: 23 + below, below, most, named: { x: 0 } };
  }
  const left = Math.min(most, Math.max(...hops.map((hop) => cells(hopName(hop))), 12)) * WIDE_LETTER + 12;
  return { left, bars: 450, step: 7 + HOP_LINE * lines, below: 0, most,
    named: { x: left - 8, "text-anchor": "end" } };
};
const hopBar = (layout, place, name, said, end, value, ...bars) => {
  const y = 6 + layout.step * place;
  return s("g", {}, s("title", {}, said), inLines(name, layout.most).map((line, number) =>
    s("text", { ...layout.named, y: y + 12 + HOP_LINE * number }, line)),
    bars.map(([from, to, kind, key]) => span(layout, from, to, y + layout.below, 16, kind, T(key))),
    s("text", { class: "tick", x: layout.at(end) + 5, y: y + layout.below + 12 }, ms(value)));
};
const hopLine = (layout, place, hop, before) => {
  const light_ = before + Math.min(hop.light ?? 0, hop.delay), end = before + hop.delay;
  const name = hopName(hop);
  return hopBar(layout, place, name, `${name} (${hop.id}): ${ms(hop.delay)} ms`, end, hop.delay,
    [before, light_, "light", "hop_light"], [light_, end, "planned", "hop_rest"]);
};
const hopsPicture = (pair, way, hops) => {
  const total = hops.reduce((sum, hop) => sum + hop.delay, 0), plan = of(pair, way, "plan");
  const layout = hopLayout(hops), most = Math.max(total, plan ?? 0) * 1.14;
  layout.at = (value) => layout.left + (value / most) * layout.bars;
  let before = 0;
  const lines = hops.map((hop, place) => {
    before += hop.delay;
    return hopLine(layout, place, hop, before - hop.delay);
  });
  if (plan !== null && plan > total) {
    lines.push(hopBar(layout, hops.length, "ECMP", T("hop_spread"), plan, plan - total,
      [total, plan, "ecmp", "hop_spread"]));
  }
  return s("svg", { viewBox: `0 0 ${layout.left + layout.bars} ${12 + layout.step * lines.length}`,
    class: "chart", role: "img", "aria-label": T("hops_label", ends(pair, way)) }, lines);
};
const hopsKey = () => h("p", { class: "legend" },
  [["light", "hop_light"], ["planned", "hop_rest"], ["ecmp", "hop_spread"]].map(([name, key]) =>
    h("span", {}, s("svg", { class: "key", viewBox: "0 0 14 14", "aria-hidden": "true" },
      s("rect", { class: name, y: 3, width: 14, height: 8 })), T(key))));
const hopsPart = (pair, way) => {
  const links = of(pair, way, "links");
  if (!links || !links.length) return null;
  const hops = hopsOf(links);
  const title = T("hops", { way: T(way === THERE ? "there" : "back") });
  const rows = () => [[T("hop"), T("delay"), T("light")],
    ...hops.map((hop) => [`${hop.a} > ${hop.b} (${hop.id})`, ms(hop.delay), ms(hop.light)])];
  if (hops.some((hop) => hop.delay === null)) {
    return tools(section(title, h("p", { class: "route" },
      [hops[0].a, ...hops.map((hop) => hop.b)].join(" → "))), csvButton(title, rows));
  }
  const picture = hopsPicture(pair, way, hops);
  return tools(section(title, h("div", { class: "picture" }, picture), hopsKey()),
    ...pictureButtons(title, () => picture), csvButton(title, rows));
};
