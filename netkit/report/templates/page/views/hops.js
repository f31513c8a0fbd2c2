// Where the planned delay comes from: link by link, light first, then fibre that is not straight.
const hopsOf = (links) => links.map((link) => {
  const [id, a, b] = D.links[link];
  const [, delay, light_] = D.facts ? D.facts[link] : [null, null, null];
  return { id, a: nameOf(a), b: nameOf(b), delay: delay ?? null, light: light_ ?? null };
});
const hopLine = (hop, before, axis, y, left) => {
  const light_ = Math.min(hop.light ?? 0, hop.delay);
  return s("g", {}, s("title", {}, `${hop.a} → ${hop.b} (${hop.id}): ${ms(hop.delay)} ms`),
    s("text", { x: left - 8, y: y + 12, "text-anchor": "end" }, `${hop.a} → ${hop.b}`),
    span(axis, before, before + light_, y, 16, "light", T("hop_light")),
    span(axis, before + light_, before + hop.delay, y, 16, "planned", T("hop_rest")),
    s("text", { class: "tick", x: axis.at(before + hop.delay) + 5, y: y + 12 }, ms(hop.delay)));
};
const hopsPicture = (pair, way, hops) => {
  const total = hops.reduce((sum, hop) => sum + hop.delay, 0);
  const plan = of(pair, way, "plan");
  const left = Math.max(...hops.map((hop) => hop.a.length + hop.b.length + 3), 12) * LETTER + 12;
  const width = left + 460;
  const most = Math.max(total, plan ?? 0) * 1.12;
  const at = (value) => left + (value / most) * 450;
  const axis = { at };
  let before = 0;
  const lines = hops.map((hop, place) => {
    const line = hopLine(hop, before, axis, 6 + 22 * place, left);
    before += hop.delay;
    return line;
  });
  const spread = plan !== null && plan > total;
  if (spread) {
    const y = 6 + 22 * hops.length;
    lines.push(s("g", {}, s("text", { x: left - 8, y: y + 12, "text-anchor": "end" }, "ECMP"),
      span(axis, total, plan, y, 16, "ecmp", T("hop_spread")),
      s("text", { class: "tick", x: at(plan) + 5, y: y + 12 }, ms(plan - total))));
  }
  const height = 12 + 22 * lines.length;
  return s("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img",
    "aria-label": T("hops_label", ends(pair, way)) }, lines);
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
