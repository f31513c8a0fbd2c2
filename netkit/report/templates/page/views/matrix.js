// Hubs by cities. The hub of a pair is the end that is a cluster by the topology; of two, and
// without a topology, the end with more partners.
const CELL = 20, LETTER = 6.6, WIDE_LETTER = 7.4, MATRIX_GAP = 6, FRAME_PADDING = 6, MOST_NAMED = 0.5;
let clusters, hubEnds;
derived(() => {
  clusters = new Set((D.map && D.map.nodes || []).filter((node) => node[3] === "cluster")
    .map(([name]) => name));
  const partners = new Map();
  for (let pair = 0; pair < D.count; pair += 1) {
    const [a, b] = [held("src", pair), held("dst", pair)];
    for (const [end, other] of [[a, b], [b, a]]) {
      if (!partners.has(end)) partners.set(end, new Set());
      partners.get(end).add(other);
    }
  }
  const many = (end) => partners.get(end).size + (clusters.has(end) ? D.count : 0);
  hubEnds = Array.from({ length: D.count }, (_, pair) => {
    const [a, b] = [held("src", pair), held("dst", pair)];
    return many(b) > many(a) ? [b, a] : [a, b];
  });
});
// Lines and columns with their pairs; of several pairs of the same ends the worst is shown: what
// was found over its bound before what uses more of it.
const gridOf = (pairs) => {
  const cells = new Map();
  const worst = [new Map(), new Map()];
  const height = (pair) => urgency(pair) ?? 0;
  for (const pair of pairs) {
    const key = hubEnds[pair].join(" ");
    if (!cells.has(key) || height(pair) > height(cells.get(key))) cells.set(key, pair);
    hubEnds[pair].forEach((end, side) =>
      worst[side].set(end, Math.max(worst[side].get(end) ?? 0, height(pair))));
  }
  const lines = worst.map((found) => [...found.keys()].sort((a, b) =>
    (state.order === "worst" ? found.get(b) - found.get(a) : 0)
    || byName.compare(nameOf(a), nameOf(b))));
  return { cells, hubs: lines[0], cities: lines[1] };
};
const longest = (ends_) => ends_.reduce((most, end) => Math.max(most, cells(nameOf(end))), 4) * WIDE_LETTER + MATRIX_GAP;
const placesIn = (line) => new Map(line.map((end, place) => [end, place]));
const cellPaths = (grid, left, top) => {
  const parts = Object.fromEntries(CLASSES.map((name) => [name, []]));
  const over = [];
  const size = CELL - 2, lines = placesIn(grid.hubs), columns = placesIn(grid.cities);
  // Of pairs that share no end nearly all of a grid is empty.
  for (const pair of grid.cells.values()) {
    const [hub, city] = hubEnds[pair];
    const [x, y] = [left + columns.get(city) * CELL + 1, top + lines.get(hub) * CELL + 1];
    const outward = held("src", pair) === hub ? [THERE, BACK] : [BACK, THERE];
    if (!hasBack(pair)) {
      parts[classOf(wayShare(pair, THERE))].push(`M${x} ${y}h${size}v${size}h${-size}z`);
    } else {
      parts[classOf(wayShare(pair, outward[0]))].push(`M${x} ${y}h${size}l${-size} ${size}z`);
      parts[classOf(wayShare(pair, outward[1]))].push(`M${x + size} ${y}v${size}h${-size}z`);
    }
    if (classOf(shareOf(pair)) === "u4" || verdictOf(pair) === "breach") {
      over.push(`M${x + 5} ${y + 5}l8 8m0 -8l-8 8`);
    }
  }
  return [...CLASSES.map((name) => s("path", { class: name, d: parts[name].join("") })),
    s("path", { class: "over", d: over.join("") })];
};
const matrixPicture = (grid) => {
  const left = longest(grid.hubs), top = longest(grid.cities);
  const width = left + grid.cities.length * CELL, height = top + grid.hubs.length * CELL;
  const lines = s("g", {}, s("rect", { class: "paper", width: left, height }),
    grid.hubs.map((hub, line) => s("text", { x: left - MATRIX_GAP, y: top + line * CELL + 14,
      "text-anchor": "end" }, nameOf(hub))));
  const columns = s("g", {}, s("rect", { class: "paper", width, height: top }),
    grid.cities.map((city, column) => s("text", { transform:
      `translate(${left + column * CELL + 14} ${top - MATRIX_GAP}) rotate(-90)` }, nameOf(city))));
  const corner = s("rect", { class: "paper", width: left, height: top });
  // Names stay in sight while the cells go by underneath.
  const pin = (x, y) => {
    lines.setAttribute("transform", `translate(${x} 0)`);
    columns.setAttribute("transform", `translate(0 ${y})`);
    corner.setAttribute("transform", `translate(${x} ${y})`);
  };
  const focus = s("rect", { class: "focus", width: CELL, height: CELL, visibility: "hidden" });
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
    "aria-label": T("matrix_label", { rows: grid.hubs.length, columns: grid.cities.length,
      count: number(grid.cells.size) }) }, ...cellPaths(grid, left, top), focus, lines, columns, corner);
  return { svg, focus, left, top, pin };
};
const cellText = (pair) => {
  const delay = (way) => (hasBack(pair) || way === THERE ? ms(usedUs(pair, way)) : T("none"));
  return T("cell", { ...ends(pair), there: delay(THERE), back: delay(BACK),
    bound: short(held("bound", pair)), verdict: T(verdictOf(pair)) });
};
const pairMatrix = () => {
  const said = h("output", { class: "said", "aria-live": "polite" }, T("matrix_hint"));
  const frame = h("div", { class: "scroller matrix", tabindex: "0", role: "region",
    "aria-label": T("matrix") });
  let grid, picture, at = [0, 0];
  const pairAt = ([column, line]) =>
    grid.cells.get(`${grid.hubs[line]} ${grid.cities[column]}`);
  const point = (place) => {
    at = place;
    const pair = pairAt(place);
    picture.focus.setAttribute("x", picture.left + place[0] * CELL);
    picture.focus.setAttribute("y", picture.top + place[1] * CELL);
    picture.focus.setAttribute("visibility", "visible");
    said.value = pair === undefined ? T("none") : cellText(pair);
    light(pair ?? null);
  };
  const placeOf = (event) => {
    const box = picture.svg.getBoundingClientRect();
    const place = [event.clientX - box.left - picture.left, event.clientY - box.top - picture.top]
      .map((value) => Math.floor(value / CELL));
    const inside = place[0] >= 0 && place[1] >= 0 && place[0] < grid.cities.length
      && place[1] < grid.hubs.length;
    return inside ? place : null;
  };
  const open = () => {
    const pair = pairAt(at);
    if (pair !== undefined) change({ pair: keyOf(pair) }, false);
  };
  // The cell pointed at, clear of the names that cover the upper and the left edge.
  const reveal = () => {
    const into = (low, seen, covered, scroll) => Math.max(low + CELL - seen + 12,
      Math.min(scroll, low - covered));
    const x = picture.left + at[0] * CELL, y = picture.top + at[1] * CELL;
    const [wide, high] = covered();
    frame.scrollTo(into(x, frame.clientWidth, wide, frame.scrollLeft),
      into(y, frame.clientHeight, high, frame.scrollTop));
  };
  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  frame.addEventListener("keydown", (event) => {
    if (event.key === "Enter") open();
    if (!MOVES[event.key] || !grid.cells.size) return;
    event.preventDefault();
    const most = [grid.cities.length - 1, grid.hubs.length - 1];
    point(at.map((value, side) =>
      Math.min(most[side], Math.max(0, value + MOVES[event.key][side]))));
    reveal();
  });
  frame.addEventListener("mousemove", (event) => {
    const place = placeOf(event);
    if (place && (place[0] !== at[0] || place[1] !== at[1])) point(place);
  });
  // Names that are longer than that go out of sight but for their ends: cells need room as well.
  const covered = () => [Math.min(picture.left, MOST_NAMED * frame.clientWidth),
    Math.min(picture.top, MOST_NAMED * frame.clientHeight)];
  const beyond = () => covered().map((seen, side) => [picture.left, picture.top][side] - seen);
  const pinned = () => {
    const [x, y] = beyond();
    picture.pin(Math.max(0, frame.scrollLeft - FRAME_PADDING - x),
      Math.max(0, frame.scrollTop - FRAME_PADDING - y));
  };
  const whole = () => { frame.scrollTo(0, 0); pinned(); return picture.svg; };
  frame.addEventListener("scroll", pinned, { passive: true });
  frame.addEventListener("mouseleave", () => light(null));
  frame.addEventListener("click", (event) => {
    const place = placeOf(event);
    if (place) { at = place; open(); }
  });
  const sort = button(T("matrix_sort"), () =>
    change({ order: state.order === "worst" ? "" : "worst" }));
  const part = tools(section(T("matrix"), legend(), frame, said), sort,
    ...pictureButtons(T("matrix"), whole),
    csvButton(T("matrix"), () => matrixCsv(grid)));
  const show = (pairs) => {
    grid = gridOf(pairs);
    picture = matrixPicture(grid);
    at = [0, 0];
    sort.setAttribute("aria-pressed", state.order === "worst");
    frame.replaceChildren(picture.svg);
    const [x, y] = beyond();
    if (x > 0 && frame.scrollLeft < x) frame.scrollLeft = x;
    if (y > 0 && frame.scrollTop < y) frame.scrollTop = y;
    pinned();
  };
  return { part, show };
};
const matrixCsv = (grid) => [["", ...grid.cities.map(nameOf)],
  ...grid.hubs.map((hub) => [nameOf(hub), ...grid.cities.map((city) => {
    const pair = grid.cells.get(`${hub} ${city}`);
    return pair === undefined ? null : shareOf(pair);
  })])];
