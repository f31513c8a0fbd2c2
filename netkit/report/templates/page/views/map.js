// The backbone, coloured by the worst pair over each link; it stays in sight beside the rows.
const cableOf = (link) => (D.facts && D.facts[link][0] !== null ? D.facts[link][0] : D.links[link][0]);
const cablesOf = (pair) => waysOf(pair).flatMap((way) => (of(pair, way, "links") || []).map(cableOf));
const loadOf = (pairs) => {
  const load = new Map();
  for (const pair of pairs) {
    for (const way of waysOf(pair)) {
      const share = wayShare(pair, way);
      for (const link of of(pair, way, "links") || []) {
        const id = cableOf(link);
        const known = load.get(id) || { worst: null, pairs: new Set() };
        known.pairs.add(pair);
        if (share !== null && (known.worst === null || share > known.worst)) known.worst = share;
        load.set(id, known);
      }
    }
  }
  return load;
};
// A leg of an exchange is named by the exchange first.
const isProposed = (id) => D.proposed.ids.includes(id) || D.proposed.ids.includes(id.split(":")[0]);
const isBroken = (id) => D.drill !== null && D.drill.broken.includes(id);
const fanned = () => {
  const beside = new Map();
  for (const [, a, b] of D.map.cables) {
    const key = a < b ? `${a} ${b}` : `${b} ${a}`;
    beside.set(key, (beside.get(key) || 0) + 1);
  }
  const seen = new Map();
  const spot = new Map(D.map.nodes.map(([name, x, y]) => [name, [x, y]]));
  return D.map.cables.map(([id, a, b, kind]) => {
    const key = a < b ? `${a} ${b}` : `${b} ${a}`;
    const place = seen.get(key) || 0;
    seen.set(key, place + 1);
    const [from, to] = (a < b ? [a, b] : [b, a]).map((end) => spot.get(end));
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const far = Math.hypot(dx, dy) || 1;
    const bend = far * 0.07 + (place - (beside.get(key) - 1) / 2) * Math.max(far * 0.07, 3);
    const middle = [(from[0] + to[0]) / 2 - (dy / far) * bend, (from[1] + to[1]) / 2 + (dx / far) * bend];
    return { id, a, b, kind, d: `M${from}Q${middle.map((one) => one.toFixed(1))} ${to}` };
  });
};
const cableText = (cable, load) => {
  const values = { a: nameOf(cable.a), b: nameOf(cable.b), id: cable.id };
  return load ? T("cable", { ...values, count: load.pairs.size, used: percent(load.worst) })
    : T("cable_free", values);
};
const insetPicture = (nodes, size, unit) => {
  const part = crowd(nodes, size);
  if (!part) return [];
  const side = Math.min(size[0], size[1]) * 0.36;
  const empty = [[4, size[1] - side - 4], [size[0] - side - 4, size[1] - side - 4], [4, 4],
    [size[0] - side - 4, 4]];
  const within = (corner) => nodes.filter(([, x, y]) => x > corner[0] && y > corner[1]
    && x < corner[0] + side && y < corner[1] + side).length;
  const [x, y] = empty.sort((a, b) => within(a) - within(b))[0];
  const small = unit * part.width / side;
  const view = { ...part, whole: size[0] };
  const frame = s("svg", { x, y, width: side, height: side, viewBox: boxText(view), class: "inset" },
    s("rect", { class: "paper", x: part.x, y: part.y, width: part.width, height: part.height }),
    s("use", { href: "#mapbody" }), s("g", { class: "labels" }, roomFor(part.near, view, small)));
  frame.style.setProperty("--unit", small);
  const box = (name, at) => s("rect", { class: name, ...at });
  return [box("insetframe", { x: part.x, y: part.y, width: part.width, height: part.height }), frame,
    box("insetframe", { x, y, width: side, height: side })];
};
const backboneMap = () => {
  const size = D.map.size, cables = fanned();
  let view = viewOf(...size), load = new Map(), stepped = -1;
  const lines = new Map(cables.map((cable) => [cable.id, s("path", { d: cable.d, "data-id": cable.id })]));
  const shown = s("g", { class: "cables" }, [...lines.values()]);
  const body = s("g", { id: "mapbody" }, s("g", { class: "ground" }, D.map.ground.map((d) => s("path", { d }))),
    shown,
    s("g", { class: "nodes" }, D.map.nodes.map(([name, x, y, role]) =>
      s("circle", { cx: x, cy: y, class: `${role}${D.proposed.nodes.includes(nameOf(name)) ? " proposed" : ""}`, "data-name": name }, s("title", {}, calledOf(name))))));
  const labels = s("g", { class: "labels" }), closer = s("g", {});
  const svg = s("svg", { role: "img", class: "map", "aria-label": T("map_label",
    { nodes: D.map.nodes.length, cables: cables.length }) }, body, labels, closer);
  const said = h("output", { class: "said", "aria-live": "polite" }, T("map_hint"));
  const frame = h("div", { class: "mapframe", tabindex: "0", role: "region", "aria-label": T("map") }, svg);
  const draw = () => {
    const unit = view.width / (svg.clientWidth || size[0]);
    svg.setAttribute("viewBox", boxText(view));
    svg.style.setProperty("--unit", unit);
    labels.replaceChildren(...roomFor(D.map.nodes, view, unit));
    const all = view.width === size[0];
    closer.replaceChildren(...(all ? insetPicture(D.map.nodes, size, unit) : []));
  };
  const middle = () => [view.x + view.width / 2, view.y + view.height / 2];
  const zoom = (factor, at = middle()) => { view = zoomed(view, factor, at, size); draw(); };
  const move = (dx, dy) => {
    view = inside({ ...view, x: view.x + dx * view.width, y: view.y + dy * view.height }, size);
    draw();
  };
  const all = () => { view = viewOf(...size); draw(); };
  const mark = (ids, why) => {
    lines.forEach((line, id) => line.classList.toggle("lit", ids.includes(id)));
    shown.classList.toggle("tracing", ids.length > 0);
    if (why) said.value = why;
  };
  const choose = (id) => change({ link: state.link === id ? "" : id });
  const point = (id) => {
    const cable = cables.find((one) => one.id === id);
    mark([id], cableText(cable, load.get(id)));
  };
  const step = (by) => {
    const ranked = [...load].sort((a, b) => (b[1].worst ?? -1) - (a[1].worst ?? -1)).map(([id]) => id)
      .filter((id) => lines.has(id));
    if (!ranked.length) return;
    stepped = (stepped + by + ranked.length) % ranked.length;
    point(ranked[stepped]);
    return ranked[stepped];
  };
  const KEYS = { "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), 0: all,
    ArrowLeft: () => move(-0.1, 0), ArrowRight: () => move(0.1, 0), ArrowUp: () => move(0, -0.1),
    ArrowDown: () => move(0, 0.1), n: () => step(1), p: () => step(-1),
    Enter: () => { const lit = [...lines].find(([, line]) => line.classList.contains("lit"));
      if (lit) choose(lit[0]); } };
  frame.addEventListener("keydown", (event) => {
    if (!KEYS[event.key] || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  const placeOf = (event) => {
    const box = svg.getBoundingClientRect();
    return [view.x + ((event.clientX - box.left) / box.width) * view.width,
      view.y + ((event.clientY - box.top) / box.height) * view.height];
  };
  frame.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.25 : 0.8, placeOf(event));
  }, { passive: false });
  let grip = null, dragged = false;
  svg.addEventListener("pointerdown", (event) => { grip = [event.clientX, event.clientY]; dragged = false; });
  onWindow(frame, "pointerup", () => { grip = null; });
  svg.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const [dx, dy] = [event.clientX - grip[0], event.clientY - grip[1]];
    if (Math.hypot(dx, dy) < 4 && !dragged) return;
    dragged = true;
    move(-dx / svg.clientWidth, -dy / svg.clientHeight);
    grip = [event.clientX, event.clientY];
  });
  svg.addEventListener("mouseover", (event) => event.target.dataset.id && point(event.target.dataset.id));
  svg.addEventListener("mouseout", () => mark(state.link ? [state.link] : []));
  svg.addEventListener("click", (event) => {
    if (!dragged && event.target.dataset.id) choose(event.target.dataset.id);
  });
  lights.push((pair) => mark(pair === null ? (state.link ? [state.link] : []) : cablesOf(pair),
    pair === null ? "" : cellText(pair)));
  const tool = (text, key, act) => button(text, act, { "aria-label": T(key) });
  const keyed = (shape, text) => h("p", { class: "legend" }, h("span", {},
    s("svg", { class: "key", viewBox: "0 0 14 14", "aria-hidden": "true" }, shape), text));
  const key = [
    D.proposed.nodes.length ? keyed(s("circle", { class: "proposed", cx: 7, cy: 7, r: 6 }), T("legend_built")) : null,
    D.drill && D.drill.broken.length
      ? keyed(s("path", { class: "brokenkey", d: "M0 7h14" }), T("cut_drilled")) : null];
  const part = tools(section(T("map"), frame, said, ...key), tool("+", "zoom_in", () => zoom(1.5)),
    tool("−", "zoom_out", () => zoom(1 / 1.5)), tool("0", "zoom_all", all),
    ...pictureButtons(T("map"), () => svg));
  part.classList.add("mappart");
  const show = (pairs) => {
    load = loadOf(pairs);
    const cut = cutNow();
    lines.forEach((line, id) => {
      const carried = load.get(id);
      const severed = (cut && cut[0] === "link" && cut[1] === id) || isBroken(id) ? " severed" : "";
      const built = isProposed(id) ? " proposed" : "";
      line.setAttribute("class", (carried ? `on ${classOf(carried.worst)}` : "free") + severed + built);
    });
    const worst = (id) => (isProposed(id) ? Infinity : load.get(id)?.worst ?? -1);
    shown.append(...[...lines].sort((a, b) => worst(a[0]) - worst(b[0])).map(([, line]) => line));
    mark(state.link ? [state.link] : []);
    draw();
  };
  onWindow(frame, "resize", draw);
  return { part, show };
};
