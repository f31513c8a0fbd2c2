// Puts the parts together and keeps them in step with the address.
// Up to here all pairs are read row by row; of more the matrix is the better first view.
const MANY = 200;
const main = document.getElementById("main");
const overview = h("div", { id: "overview" });
const onePair = h("div", { id: "onepair" });
const pairByKey = new Map(Array.from({ length: COUNT }, (_, pair) => [keyOf(pair), pair]));
const start = () => {
  readAddress();
  factsLine();
  const plain = plainTables();
  const parts = COUNT ? { rows: pairRows(), matrix: pairMatrix(),
    map: D.map && D.map.nodes ? backboneMap() : null, cut: D.cuts ? cutSlider() : null } : null;
  const tiers = plain.filter(({ table }, place) => D.tables[place].title === "tiers");
  const others = plain.filter((one) => !tiers.includes(one));
  const left = h("div", { class: "left" }, tiers.map((one) => one.part));
  if (parts) left.append(...[parts.cut, ...(COUNT > MANY ? [parts.matrix, parts.rows] : [parts.rows, parts.matrix])].filter(Boolean).map((one) => one.part));
  left.append(...others.map((one) => one.part));
  overview.append(left);
  if (parts && parts.map) {
    overview.classList.add("withmap");
    overview.append(h("aside", { "aria-label": T("map") }, parts.map.part));
  }
  main.append(overview, onePair);
  plain.forEach(({ part }) => part.start());
  if (COUNT === 0) D.series.forEach((one) => left.append(seriesPart(one, null)));
  if (parts) watch(parts);
  else document.documentElement.dataset.ready = performance.now().toFixed(1);
};
const watch = (parts) => {
  let scrolled = 0, before = null, drawn = "", pending = 0;
  // The rows answer first; the pictures follow once those are on the screen.
  const pictures = (pairs) => {
    parts.matrix.show(pairs);
    if (parts.map) parts.map.show(pairs);
    document.documentElement.dataset.ready ??= performance.now().toFixed(1);
  };
  const showOverview = () => {
    const wanted = JSON.stringify({ ...state, pair: "", sort: "", down: "" });
    if (wanted === drawn) return;
    drawn = wanted;
    applyCut();
    const pairs = chosenPairs();
    parts.rows.table.show(pairs);
    if (parts.cut) parts.cut.show();
    showFilters(pairs.length);
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => setTimeout(() => pictures(pairs)));
  };
  const showAll = () => {
    const pair = pairByKey.get(state.pair);
    const opened = pair !== undefined;
    if (opened && before === null) scrolled = scrollY;
    overview.hidden = opened;
    onePair.hidden = !opened;
    if (!opened) showOverview();
    if (opened && pair !== before) {
      onePair.replaceChildren(pairPage(pair, parts.rows.table.order()));
      document.getElementById("pairtitle").focus({ preventScroll: true });
      scrollTo(0, 0);
    } else if (!opened && before !== null) scrollTo(0, scrolled);
    before = opened ? pair : null;
  };
  watchers.push(showAll);
  showAll();
};
start();
