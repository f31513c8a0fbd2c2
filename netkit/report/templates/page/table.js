// A table of any length: only the rows in sight are in the document; in print as many as somebody
// reads: a browser takes minutes for ten thousand, and they are a book of hundreds of sheets.
const AROUND = 6, MOST_ON_PAPER = 1000;
const byName = new Intl.Collator("en", { numeric: true });
const ordered = (rows, column, down) => {
  const values = rows.map((row) => column.value(row)), places = [...rows.keys()];
  const known = places.filter((place) => !missing(values[place]));
  const compare = known.every((place) => typeof values[place] === "number")
    ? (a, b) => values[a] - values[b] : (a, b) => byName.compare(values[a], values[b]);
  known.sort(down ? (a, b) => compare(b, a) : compare);
  return [...known, ...places.filter((place) => missing(values[place]))].map((place) => rows[place]);
};
const headOf = (column, sorted) => h("th", { role: "columnheader", scope: "col",
  class: [column.kind, column.phone ? "phone" : ""].join(" "), "data-key": column.key },
button(column.title, () => sorted(column.key),
  { title: T("sort_by", { column: column.title }) }),
// A browser prints no button in a heading that it repeats.
h("span", { class: "onpaper", "aria-hidden": "true" }, column.title),
column.axis ? column.axis() : null);
const cellOf = (column, row) => {
  const inside = column.draw ? column.draw(row) : shownValue(column.kind, column.value(row));
  return h("td", { role: "cell", class: `${column.kind} ${column.phone ? "phone" : ""} ${column.key}` },
    inside);
};
const shownValue = (kind, value) => {
  if (kind === "verdict") return missing(value) ? T("none") : chip(value);
  if (kind === "share") return percent(value);
  if (kind === "delay") return missing(value) ? T("none") : value.toFixed(3);
  return kind === "text" ? value ?? T("none") : number(value);
};
// Of rows that are folded nobody knows how tall they are: they stay once they are drawn, some
// more at a time.
const MORE_FOLDED = 100;
// All other rows are as tall as the ``longest`` need to be, so that their places follow from it.
const ROW_AIR = 8;
const makeTable = ({ title, columns, sort, down, onsort, folds = false, longest = () => [], attributes = () => ({}) }) => {
  const by = { key: sort, down }, rowOf = new WeakMap();
  let rows = [], shown = [], reached = 0, drawn = "", fitted = 0, paper = null;
  const heads = columns.map((column) => headOf(column, (key) => {
    sortBy(key, by.key === key ? !by.down : column.kind !== "text");
    if (onsort) onsort(by);
  }));
  const body = h("tbody", { role: "rowgroup" });
  const whole = h("table", { role: "table", "aria-label": title },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads)), body);
  const onlySome = h("p", { class: "hint somerows", hidden: true });
  const scroller = h("div", { class: "scroller", tabindex: "0", role: "region",
    "aria-label": title }, onlySome, whole);
  const gap = (height) => {
    const row = h("tr", { class: "gap", "aria-hidden": "true" }, h("td", { colspan: columns.length }));
    row.style.height = `${height}px`;
    return row;
  };
  const line = (row, place) => {
    const made = h("tr", { role: "row", "aria-rowindex": place + 2, ...attributes(row) },
      columns.map((column) => cellOf(column, row)));
    rowOf.set(made, row);
    return made;
  };
  // Who came to a row by keys stays on it while rows come and go.
  const focusOn = (row) => {
    const found = missing(row) ? null : [...body.rows].find((one) => rowOf.get(one) === row);
    if (found) found.querySelector("a")?.focus({ preventScroll: true });
  };
  const focused = () => (body.contains(document.activeElement) ? rowOf.get(document.activeElement.closest("tr")) : null);
  const put = (from, to, height) => {
    const on = focused();
    body.replaceChildren(
      ...(from ? [gap(from * height)] : []),
      ...shown.slice(from, to).map((row, place) => line(row, from + place)),
      ...(to < shown.length && height ? [gap((shown.length - to) * height)] : []));
    focusOn(on);
  };
  const rowHeight = () => parseFloat(getComputedStyle(scroller).getPropertyValue("--row"));
  // Where somebody is: how many rows are rolled past, and which one has the focus.
  const where = () => ({ past: scroller.scrollTop / rowHeight(), row: focused() });
  // A table that has lost its rows is not rolled any more: it is made as tall as with them first.
  const rollBack = (past) => {
    if (folds || !(past > 0)) return;
    body.replaceChildren(gap(shown.length * rowHeight()));
    scroller.scrollTop = past * rowHeight();
  };
  const fit = () => {
    const samples = longest().map((row) => line(row, 0));
    drawn = "";
    if (!samples.length) {
      fitted = innerWidth;
      return;
    }
    scroller.style.setProperty("--row", "auto");
    body.replaceChildren(...samples);
    const need = Math.max(...samples.map((one) => one.offsetHeight));
    scroller.style.removeProperty("--row");
    if (need > rowHeight()) scroller.style.setProperty("--row", `${need + ROW_AIR}px`);
    // Out of sight nothing has a height.
    if (need) fitted = innerWidth;
  };
  // Of a part that is not shown nothing is printed.
  const drawOnPaper = () => {
    if (!scroller.getClientRects().length) return;
    paper = where();
    const most = Math.min(shown.length, MOST_ON_PAPER);
    onlySome.textContent = T("on_paper", { count: number(most), all: number(shown.length) });
    onlySome.hidden = most === shown.length;
    scroller.style.removeProperty("--row");
    put(0, most, 0);
  };
  const drawAgain = () => {
    onlySome.hidden = true;
    const before = paper ?? where();
    paper = null;
    draw(before);
  };
  // What is on paper stays there though it is rolled less far.
  const draw = (place = fitted === innerWidth ? null : where()) => {
    if (paper) return;
    if (place) {
      fit();
      rollBack(place.past);
    }
    const height = rowHeight();
    // Before its first rows a table is as low as its heading: what a window has room for counts.
    const seen = Math.ceil(innerHeight / height) + 2 * AROUND;
    const top = Math.floor(scroller.scrollTop / height) - AROUND;
    const begin = Math.max(0, Math.min(top, shown.length - seen));
    if (folds) reached = Math.max(reached, MORE_FOLDED * Math.ceil((begin + seen) / MORE_FOLDED));
    const first = folds ? 0 : begin;
    const last = Math.min(shown.length, folds ? reached : begin + seen);
    if (drawn === `${first} ${last} ${height}`) return;
    drawn = `${first} ${last} ${height}`;
    put(first, last, height);
    if (place) focusOn(place.row);
  };
  const show = (given) => {
    rows = given;
    reached = 0;
    const column = columns.find((one) => one.key === by.key);
    shown = column ? ordered(rows, column, by.down) : rows;
    drawn = "";
    draw();
    // After the rows: to draw asks how far a table is rolled, which lays out whatever has changed.
    heads.forEach((head) => head.dataset.key === by.key
      ? head.setAttribute("aria-sort", by.down ? "descending" : "ascending")
      : head.removeAttribute("aria-sort"));
    whole.setAttribute("aria-rowcount", shown.length + 1);
  };
  const sortBy = (key, downwards) => {
    by.key = key;
    by.down = downwards;
    scroller.scrollTop = 0;
    show(rows);
  };
  scroller.addEventListener("scroll", () => draw(), { passive: true });
  onWindow(scroller, "resize", () => draw());
  onWindow(scroller, "beforeprint", drawOnPaper);
  onWindow(scroller, "afterprint", drawAgain);
  const csv = () => [columns.flatMap((column) => column.csvTitles || column.title),
    ...shown.map((row) => columns.flatMap((column) => (column.csv || column.value)(row)))];
  const focus = (row) => { draw(); focusOn(row); };
  // What an address says that was changed while the page is open.
  const follow = (key, downwards) => {
    if (by.key !== key || by.down !== downwards) sortBy(key, downwards);
  };
  return { element: scroller, show, follow, csv, focus, order: () => shown };
};
