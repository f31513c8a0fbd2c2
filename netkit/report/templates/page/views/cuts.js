// One thing fails: what is shown is then what its pairs take once the IGP has converged.
const KEEPS_LAST = 2;
const directionsOf = (cut) => cut[2].map((pair, place) => ({
  pair, way: cut[3][place] ? BACK : THERE, kept: cut[4][place], worst: cut[5][place] }));
const isKept = (one) => Boolean(one.kept & (1 << KEEPS_LAST));
const cutNow = () => (D.cuts && state.cut !== "" ? D.cuts.cuts[Number(state.cut)] ?? null : null);
const applyCut = () => {
  cutDelays.clear();
  cutPairs.clear();
  const cut = cutNow();
  if (!cut) return;
  for (const one of directionsOf(cut)) {
    cutDelays.set(wayKey(one.pair, one.way), one.worst === null ? Infinity : one.worst);
    if (!isKept(one)) cutPairs.add(one.pair);
  }
};
const cutText = () => {
  const cut = cutNow();
  if (!cut) return T("cut_nothing");
  const [kind, name, , , , , touched, broken] = cut;
  return T("cut_said", { kind: T(`fails_${kind}`), name, broken, touched, directions: D.cuts.directions });
};
const cutSlider = () => {
  const most = D.cuts.cuts.length;
  const said = h("output", { class: "said", "aria-live": "polite" });
  const range = h("input", { type: "range", min: 0, max: most, value: 0, step: 1,
    oninput: () => change({ cut: range.value === "0" ? "" : String(range.value - 1) }) });
  const show = () => {
    range.value = state.cut === "" ? 0 : Number(state.cut) + 1;
    range.setAttribute("aria-valuetext", cutText());
    said.value = cutText();
  };
  return { part: h("div", { class: "cutbar" }, h("label", {}, h("span", {}, T("cut")), range), said), show };
};
