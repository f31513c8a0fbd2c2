// All pairs: search, filters and order are kept in the address.
const pairLink = (pair) => {
  const { src, dst } = ends(pair);
  return h("a", { href: address({ pair: keyOf(pair) }), "aria-label": T("open", { src, dst }),
    onclick: (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      change({ pair: keyOf(pair) }, false);
    } }, src, h("span", { class: "arrow" }, hasBack(pair) ? " ⇄ " : " → "), dst);
};
// A phone has no column for flows, which tell rows of the same ends apart.
const pairAndFlow = (pair) => h("span", {}, pairLink(pair), flowOf(pair) === null || D.flows.length < 2
  ? null : h("span", { class: "flowname" }, ` ${flowOf(pair)}`));
const bothWays = (pair, value) => h("span", { class: "both" },
  ...waysOf(pair).map((way) => h("span", {}, value(way))));
const worstOf = (pair, field) => {
  const values = waysOf(pair).map((way) => of(pair, way, field));
  return values.includes(null) ? null : Math.max(...values);
};
const delayColumn = (key, field, phone) => ({
  key, title: T(key), kind: "number", phone,
  value: (pair) => worstOf(pair, field),
  draw: (pair) => bothWays(pair, (way) => ms(of(pair, way, field))),
  // A spreadsheet reckons with numbers: a column for each direction.
  csvTitles: ["there", "back"].map((way) => `${T(key)}, ${T(way)}`),
  csv: (pair) => [THERE, BACK].map((way) => inMs([of(pair, way, field)], 0)),
});
// In a lab what links held longer than was asked is taken off before a delay is judged: a raw figure
// over the bound of a pair that keeps it says so.
const rawCell = (pair, way) => {
  const [raw, judged, bound] = [of(pair, way, "p99"), of(pair, way, "most"), held("bound", pair)];
  if (missing(raw) || missing(judged) || missing(bound) || raw <= bound || judged > bound) return ms(raw);
  return h("span", { class: "raw", title: T("raw_p99", { judged: ms(judged) }) }, ms(raw));
};
const usedCell = (pair) => {
  const share = shareOf(pair);
  const bar = h("span", { class: `bar ${classOf(share)}` });
  bar.style.width = `${Math.min(share ?? 0, 1) * 44}px`;
  return h("span", { class: "usedbar" }, h("span", { class: "track" }, bar),
    h("span", { class: "share" }, percent(share)));
};
// Names are compared once; ten thousand pairs are then sorted by numbers.
const nameRank = [];
derived(() => D.names.map((_, name) => name).sort((a, b) => byName.compare(nameOf(a), nameOf(b)))
  .forEach((name, place) => { nameRank[name] = place; }));
const pairColumns = () => {
  const known = (field) => D.pairs[`t_${field}`] !== undefined;
  const all = [
    { key: "pair", title: T("pair"), kind: "text", phone: true, draw: pairAndFlow,
      value: (pair) => nameRank[held("src", pair)] * D.names.length + nameRank[held("dst", pair)],
      csv: (pair) => `${ends(pair).src} ${ends(pair).dst}` },
    { key: "verdict", title: T("verdict"), kind: "verdict", phone: true,
      value: rankOf, draw: (pair) => chip(verdictOf(pair)), csv: verdictOf },
    { key: "used", title: T("used"), kind: "share", phone: true, value: urgency, draw: usedCell,
      csv: (pair) => (Number.isFinite(shareOf(pair)) ? Number(shareOf(pair)?.toFixed(4)) : null) },
    known("p99") ? { ...delayColumn("measured_p99", "p99", true),
      draw: (pair) => bothWays(pair, (way) => rawCell(pair, way)) } : null,
    known("plan") ? delayColumn("planned", "plan", !known("p99")) : null,
    known("long_p99") ? delayColumn("long_p99", "long_p99", false) : null,
    { key: "bound", title: T("bound"), kind: "number", phone: true,
      value: (pair) => held("bound", pair), draw: (pair) => short(held("bound", pair)),
      csv: (pair) => inMs(D.pairs.bound, pair) },
    D.pairs.floor === undefined ? null : { key: "floor", title: T("floor"), kind: "number", value: (pair) => held("floor", pair),
      draw: (pair) => ms(held("floor", pair)), csv: (pair) => inMs(D.pairs.floor, pair) },
    known("igp") ? delayColumn("igp", "igp", false) : null,
    D.flows.length > 1 ? { key: "flow", title: T("flow"), kind: "text", value: flowOf } : null,
    D.tiers.length ? { key: "tier", title: T("tier"), kind: "text", value: tierOf } : null,
  ];
  return all.filter(Boolean);
};
const RANK = { breach: 3, unknown: 2, inconclusive: 1, pass: 0 };
// What has no delay at all is worse than what is late, where it should have one.
// What was found over its bound comes before what merely uses more of it on the whole.
const BEFORE_ALL = 100;
const urgency = (pair) => {
  const share = shareOf(pair), verdict = verdictOf(pair);
  if (share === null) return verdict === "pass" ? null : Infinity;
  return share + (verdict === "breach" ? BEFORE_ALL : 0);
};
const rankOf = (pair) => RANK[verdictOf(pair)];

const choice = (key, any, options) => h("label", {}, h("span", {}, T(key)),
  h("select", { "data-key": key, onchange: (event) => change({ [key]: event.target.value }) },
    h("option", { value: "" }, any), options.map(([value, text]) => h("option", { value }, text))));
const NO_FILTERS = { q: "", tier: "", operator: "", verdict: "", link: "" };
const filterBar = () => {
  const search = h("input", { type: "search", "data-key": "q", placeholder: T("search_hint"),
    oninput: (event) => change({ q: event.target.value }) });
  const seen = [...new Set([...Array.from({ length: D.count }, (_, pair) => verdictOf(pair)),
    ...(D.cuts ? ["breach"] : [])])];
  const operators = D.map ? D.map.operators.map((name, place) => [String(place), name]) : [];
  return h("div", { class: "filters", role: "search" },
    h("label", {}, h("span", {}, T("search")), search),
    D.tiers.length > 1 ? choice("tier", T("all_tiers"), D.tiers.map((one) => [one, one])) : null,
    operators.length > 1 ? choice("operator", T("all_operators"), operators) : null,
    seen.length > 1
      ? choice("verdict", T("all_verdicts"), seen.map((one) => [one, T(one)])) : null,
    h("output", { class: "shown", "aria-live": "polite" }),
    button(T("unfilter"), () => change(NO_FILTERS), { class: "unfilter", hidden: true }));
};
// Those of which the names need most room, together or the longer one.
const longestPairs = (pairs) => {
  const wide = D.names.map(cells), flows = D.flows.map(cells);
  const room = (pair) => [wide[held("src", pair)], wide[held("dst", pair)], flows[held("flow", pair)] ?? 0];
  const most = (of_) => pairs.reduce((best, pair) => (of_(room(pair)) > of_(room(best)) ? pair : best));
  return pairs.length ? [most((three) => three[0] + three[1] + three[2]), most((three) => Math.max(...three))] : [];
};
const everyPair = () => Array.from({ length: D.count }, (_, pair) => pair);
const pairRows = () => {
  const title = T("rows"), longest = longestPairs(everyPair());
  const table = makeTable({ title, columns: pairColumns(), sort: state.sort, down: state.down === "1", longest: () => longest,
    onsort: (by) => change({ sort: by.key, down: by.down ? "1" : "0" }),
    attributes: (pair) => ({ "data-pair": pair, onmouseenter: () => light(pair),
      onmouseleave: () => light(null), onfocusin: () => light(pair),
      onfocusout: () => light(null) }) });
  table.element.classList.add("pairrows");
  const part = tools(section(title, filterBar(), table.element), csvButton(title, table.csv));
  part.classList.add("first");
  return { part, table };
};
const showFilters = (count) => {
  document.querySelectorAll(".filters [data-key]").forEach((field) => {
    if (field.value !== state[field.dataset.key]) field.value = state[field.dataset.key];
  });
  document.querySelector(".unfilter").hidden = Object.keys(NO_FILTERS).every((key) => !state[key]);
  document.querySelector(".shown").value = T("shown", { count: number(count), all: number(D.count) });
};
// Who wants to know which pair is pointed at.
const lights = [];
const light = (pair) => lights.forEach((tell) => tell(pair));
