// Puts the parts together and keeps them in step with the address.
// Up to here all pairs are read row by row; of more the matrix is the better first view.
const MANY = 200;
const main = document.getElementById("main");
const overview = h("div", { id: "overview" });
const onePair = h("div", { id: "onepair" });
let parts = null, plain = [];
const showOthers = () => {
  const tables = plain.filter((_, place) => D.tables[place].title !== "tiers");
  const alone = [...unpaired().map((one) => seriesPart(one, null, D)),
    ...unpaired().map(weeksPart)].filter(Boolean);
  return [...tables.map((one) => one.part), ...alone];
};
const build = () => {
  lights.length = 0;
  plain = plainTables();
  const map = D.map && D.map.nodes ? backboneMap() : null;
  parts = D.count ? { rows: pairRows(), matrix: pairMatrix(),
    map, cut: D.cuts ? cutSlider() : null, spread: spreadPart() } : null;
  const tiers = plain.filter((_, place) => D.tables[place].title === "tiers");
  const left = h("div", { class: "left" }, tiers.map((one) => one.part));
  left.append(...drillParts());
  if (parts) left.append(...[parts.cut, ...(D.count > MANY ? [parts.matrix, parts.rows] : [parts.rows, parts.matrix])].filter(Boolean).map((one) => one.part));
  if (parts && parts.spread) left.append(parts.spread.part);
  left.append(...showOthers());
  overview.classList.toggle("withmap", Boolean(map));
  overview.replaceChildren(left, ...(map ? [h("aside", { "aria-label": T("map") }, map.part)] : []));
  if (map && !parts) map.show([]);
  plain.forEach(({ part }) => part.start());
};
let scrolled = 0, before = null, drawn = "", pending = 0;
const isReady = () => { document.documentElement.dataset.ready ??= performance.now().toFixed(1); };
// The rows answer first; the pictures follow once those are on the screen.
const pictures = (pairs) => {
  parts.matrix.show(pairs);
  if (parts.map) parts.map.show(pairs);
  if (parts.spread) parts.spread.show(pairs);
  isReady();
};
const showOverview = () => {
  const wanted = JSON.stringify({ ...state, pair: "", sort: "", down: "" });
  if (wanted === drawn) return;
  drawn = wanted;
  const pairs = chosenPairs();
  parts.rows.table.show(pairs);
  if (parts.cut) parts.cut.show();
  showFilters(pairs.length);
  cancelAnimationFrame(pending);
  pending = requestAnimationFrame(() => setTimeout(() => pictures(pairs)));
};
const openPair = (pair) => {
  // Whoever comes by the address of a pair goes on to the next one as well.
  if (!parts.rows.table.order().length) parts.rows.table.show(chosenPairs());
  onePair.replaceChildren(pairPage(pair, parts.rows.table.order()));
};
const showAll = () => {
  if (!parts) return isReady();
  applyCut();
  const pair = pairByKey.get(state.pair);
  const opened = pair !== undefined;
  if (opened && before === null) scrolled = scrollY;
  overview.hidden = opened;
  onePair.hidden = !opened;
  if (!opened) {
    parts.rows.table.follow(state.sort, state.down === "1");
    showOverview();
  }
  if (opened && pair !== before) {
    openPair(pair);
    document.getElementById("pairtitle").focus({ preventScroll: true });
    scrollTo(0, 0);
    isReady();
  } else if (!opened && before !== null) scrollTo(0, scrolled);
  before = opened ? pair : null;
};
// On paper the pictures stand side by side below the tiers: between long tables each of them, which
// no page break may divide, would leave half a page empty.
const paper = { part: h("div", { class: "onepaper" }), places: [] };
window.addEventListener("beforeprint", () => {
  if (!parts || paper.places.length) return;
  const shown = [parts.matrix.part, parts.map ? parts.map.part : null].filter(Boolean);
  paper.places = shown.map((part) => [part, document.createComment("")]);
  paper.places.forEach(([part, place]) => part.before(place));
  paper.part.append(...shown);
  document.querySelector(".first").before(paper.part);
});
window.addEventListener("afterprint", () => {
  paper.places.splice(0).forEach(([part, place]) => place.replaceWith(part));
  paper.part.remove();
});
// Turned, a phone may be as wide as a desk.
onPhone.addEventListener("change", () => {
  frame();
  build();
  drawn = "";
  if (before !== null) openPair(before);
  showAll();
});
readAddress();
factsLine();
// Tables ask how tall their rows are, which only those of a page know.
main.append(overview, onePair);
build();
watchers.push(showAll);
showAll();
