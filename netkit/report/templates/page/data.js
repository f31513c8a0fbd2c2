// What the page holds, and the few questions everything else asks of it. Delays are µs.
const D = JSON.parse(document.getElementById("data").textContent);
const THERE = "t", BACK = "b";
const T = (key, values = {}) => D.texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const held = (column, pair) => (D.pairs[column] === undefined ? null : D.pairs[column][pair]);
const of = (pair, way, field) => held(`${way}_${field}`, pair);
const nameOf = (number) => D.names[number];
// How much room a text takes, in Latin letters: a Chinese character is as wide as two.
const cells = (text) => [...text].reduce((sum, one) => sum + (one >= "\u2e80" ? 2 : 1), 0);
const inLines = (text, most) => {
  const lines = [""];
  for (const one of text) {
    if (cells(lines.at(-1) + one) > most) lines.push("");
    lines[lines.length - 1] += one;
  }
  return lines;
};
// What a node is called beside the place it is at; and all that it may be looked for by.
const placeOf = (number) => (D.places ? D.places[number] ?? null : null);
const calledOf = (number) => (placeOf(number) === null ? nameOf(number)
  : T("called", { name: nameOf(number), place: placeOf(number)[0] }));
const findableBy = (number) => `${nameOf(number)} ${placeOf(number) === null ? "" : placeOf(number)[1]}`;
const ends = (pair, way = THERE) => {
  const [src, dst] = [nameOf(held("src", pair)), nameOf(held("dst", pair))];
  return way === THERE ? { src, dst } : { src: dst, dst: src };
};
// Of names: numbers would mean others once there are more pairs.
const flowOf = (pair) => (held("flow", pair) === null ? null : D.flows[held("flow", pair)]);
const hasBack = (pair) => ["verdict", "sent", "p50", "most"].some((one) => of(pair, BACK, one) !== null);
const waysOf = (pair) => (hasBack(pair) ? [THERE, BACK] : [THERE]);
const verdictOf = (pair) => (cutPairs.has(pair) ? "breach" : D.verdicts[held("verdict", pair)]);
const tierOf = (pair) => (held("tier", pair) === null ? "" : D.tiers[held("tier", pair)]);
const operatorsOf = (pair) =>
  D.map ? ["src", "dst"].map((end) => D.map.operator[held(end, pair)]) : [];

// What follows from which pairs there are is worked out again when that changes.
const makers = [];
const derived = (make) => { makers.push(make); make(); };
// Of several demands that differ in none of this, each but the first has its number besides.
let keys, pairByKey;
derived(() => {
  pairByKey = new Map();
  keys = Array.from({ length: D.count }, (_, pair) => {
    const key = [nameOf(held("src", pair)), nameOf(held("dst", pair)), held("bound", pair), flowOf(pair) ?? ""].join("~");
    let own = key;
    for (let number = 2; pairByKey.has(own); number += 1) own = `${key}~${number}`;
    pairByKey.set(own, pair);
    return own;
  });
});
const keyOf = (pair) => keys[pair];

// While a trunk is cut: what the directions that it touches take then, Infinity without a path;
// and the pairs that are outside their bounds then.
const cutDelays = new Map(), cutPairs = new Set();
const wayKey = (pair, way) => 2 * pair + (way === BACK ? 1 : 0);
const usedUs = (pair, way) => {
  const cut = cutDelays.get(wayKey(pair, way));
  if (cut !== undefined) return cut;
  for (const field of ["most", "p99", "plan", "reach"]) {
    const value = of(pair, way, field);
    if (value !== null) return value;
  }
  return null;
};
const wayShare = (pair, way) => {
  const used = usedUs(pair, way);
  return used === null || held("bound", pair) === null ? null : used / held("bound", pair);
};
const shareOf = (pair) => {
  const shares = waysOf(pair).map((way) => wayShare(pair, way));
  return shares.includes(null) ? null : Math.max(...shares);
};

const missing = (value) => value === null || value === undefined;
const ms = (us, digits = 3) =>
  missing(us) || us === Infinity ? T("none") : (us / 1000).toFixed(digits);
const short = (us) => (missing(us) ? T("none") : String(Number((us / 1000).toFixed(3))));
// Whole percent; what is over its bound, and what is within it, is not rounded onto it.
const percentText = (share) => {
  const whole = Math.round(100 * share);
  if (whole !== 100 || share === 1) return String(whole);
  return (share > 1 ? Math.max(100 * share, 100.1) : Math.min(100 * share, 99.9)).toFixed(1);
};
const percent = (share) =>
  missing(share) || share === Infinity ? T("none") : `${percentText(share)}\u00a0%`;
const number = (value) => (missing(value) ? T("none") : value.toLocaleString("en-US"));
