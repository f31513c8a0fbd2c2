// A table of any length: only the rows in sight are in the document; in print all of them are.
const AROUND = 6;
const byName = new Intl.Collator("en", { numeric: true });
const ordered = (rows, column, down) => {
  const compare = (a, b) => (typeof a === "number" ? a - b : byName.compare(a, b));
  const keyed = rows.map((row) => [column.value(row), row]);
  keyed.sort(([x], [y]) => {
    if (missing(x) || missing(y)) return missing(x) - missing(y);
    return down ? compare(y, x) : compare(x, y);
  });
  return keyed.map(([, row]) => row);
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
const makeTable = ({ title, columns, sort, down, onsort, folds = false, attributes = () => ({}) }) => {
  const by = { key: sort, down };
  let rows = [], shown = [], reached = 0;
  const heads = columns.map((column) => headOf(column, (key) => {
    sortBy(key, by.key === key ? !by.down : column.kind !== "text");
    if (onsort) onsort(by);
  }));
  const body = h("tbody", { role: "rowgroup" });
  const whole = h("table", { role: "table", "aria-label": title },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads)), body);
  const scroller = h("div", { class: "scroller", tabindex: "0", role: "region",
    "aria-label": title }, whole);
  const gap = (height) => {
    const row = h("tr", { class: "gap", "aria-hidden": "true" }, h("td", { colspan: columns.length }));
    row.style.height = `${height}px`;
    return row;
  };
  const line = (row, place) => h("tr", { role: "row", "aria-rowindex": place + 2, ...attributes(row) },
    columns.map((column) => cellOf(column, row)));
  const put = (from, to, height) => body.replaceChildren(
    ...(from ? [gap(from * height)] : []),
    ...shown.slice(from, to).map((row, place) => line(row, from + place)),
    ...(to < shown.length ? [gap((shown.length - to) * height)] : []));
  let drawn = "";
  const draw = (all = false) => {
    const height = parseFloat(getComputedStyle(scroller).getPropertyValue("--row"));
    // Before its first rows a table is as low as its heading: what a window has room for counts.
    const seen = Math.ceil(innerHeight / height) + 2 * AROUND;
    const top = Math.floor(scroller.scrollTop / height) - AROUND;
    const begin = Math.max(0, Math.min(top, shown.length - seen));
    if (folds) reached = Math.max(reached, MORE_FOLDED * Math.ceil((begin + seen) / MORE_FOLDED));
    const first = all || folds ? 0 : begin;
    const last = all ? shown.length : Math.min(shown.length, folds ? reached : begin + seen);
    if (drawn === `${first} ${last} ${height}`) return;
    drawn = `${first} ${last} ${height}`;
    put(first, last, height);
  };
  const show = (given) => {
    rows = given;
    reached = 0;
    const column = columns.find((one) => one.key === by.key);
    shown = column ? ordered(rows, column, by.down) : rows;
    heads.forEach((head) => head.dataset.key === by.key
      ? head.setAttribute("aria-sort", by.down ? "descending" : "ascending")
      : head.removeAttribute("aria-sort"));
    whole.setAttribute("aria-rowcount", shown.length + 1);
    drawn = "";
    draw();
  };
  const sortBy = (key, downwards) => {
    by.key = key;
    by.down = downwards;
    scroller.scrollTop = 0;
    show(rows);
  };
  scroller.addEventListener("scroll", () => draw(), { passive: true });
  onWindow(scroller, "resize", () => draw());
  onWindow(scroller, "beforeprint", () => draw(true));
  onWindow(scroller, "afterprint", () => { drawn = ""; draw(); });
  const csv = () => [columns.flatMap((column) => column.csvTitles || column.title),
    ...shown.map((row) => columns.flatMap((column) => (column.csv || column.value)(row)))];
  return { element: scroller, show, sortBy, csv, order: () => shown };
};
