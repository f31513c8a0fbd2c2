// One pair's lists on the map, close up: the primary solid, the backup dashed.
const pathOf = (pair, field) => new Set((of(pair, THERE, field) || []).map(cableOf));
const pairMap = (pair) => {
  if (!D.map || !D.map.nodes) return null;
  const primary = pathOf(pair, "links"), backup = pathOf(pair, "backup_links");
  const crossed = fanned().filter((cable) => primary.has(cable.id) || backup.has(cable.id));
  if (!crossed.length) return null;
  const names = new Set(crossed.flatMap((cable) => [cable.a, cable.b]));
  const nodes = D.map.nodes.filter(([name]) => names.has(name));
  const span_ = (axis) => {
    const values = nodes.map((node) => node[axis]);
    return [Math.min(...values), Math.max(...values)];
  };
  const [left, right] = span_(1), [top, bottom] = span_(2);
  const width = Math.max(right - left, (bottom - top) * 1.6, 20) * 1.5;
  const view = { x: (left + right - width) / 2, y: (top + bottom) / 2 - width * 0.3, width,
    height: width * 0.6 };
  const unit = width / PIC;
  const line = (cable, name) => s("path", { d: cable.d, class: name });
  const svg = s("svg", { viewBox: boxText(view), class: "map chart", role: "img",
    "aria-label": T("pairmap_label", ends(pair)) },
  s("g", { class: "cables" }, fanned().map((cable) => line(cable, "free")),
    crossed.filter((cable) => backup.has(cable.id)).map((cable) => line(cable, "backuppath")),
    crossed.filter((cable) => primary.has(cable.id)).map((cable) => line(cable, "primarypath"))),
  s("g", { class: "nodes" }, nodes.map(([, x, y]) => s("circle", { cx: x, cy: y }))),
  s("g", { class: "labels" }, roomFor(nodes, view, unit)));
  svg.style.setProperty("--unit", unit);
  return tools(section(T("map"), h("div", { class: "picture" }, svg), h("p", { class: "hint" }, T("pairmap_key"))),
    ...pictureButtons(T("pairmap_label", ends(pair)), () => svg));
};
