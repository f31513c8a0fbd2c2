// What is shown is in the address: a link to it shows the same, and Back goes back.
const state = { q: "", tier: "", operator: "", verdict: "", sort: "used", down: "1", order: "",
  pair: "", cut: "", link: "" };
const atFirst = { ...state };
const watchers = [];
const readAddress = () => {
  const found = new URLSearchParams(location.hash.slice(1));
  for (const key of Object.keys(state)) state[key] = found.get(key) ?? atFirst[key];
};
const address = (changes = {}) => {
  const wanted = Object.entries({ ...state, ...changes });
  const said = wanted.filter(([key, value]) => value !== atFirst[key]);
  return `#${new URLSearchParams(said)}`;
};
const tellAll = () => watchers.forEach((watcher) => watcher());
const change = (changes, keepsPlace = true) => {
  const next = address(changes);
  Object.assign(state, changes);
  if (keepsPlace) history.replaceState(null, "", next);
  else history.pushState(null, "", next);
  tellAll();
};
window.addEventListener("popstate", () => { readAddress(); tellAll(); });

let searched;
derived(() => {
  searched = Array.from({ length: D.count }, (_, pair) => {
    const [src, dst] = ["src", "dst"].map((end) => findableBy(held(end, pair)));
    return `${src} ${dst} ${src}`.toLowerCase();
  });
});
const chosenPairs = () => {
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [];
  for (let pair = 0; pair < D.count; pair += 1) {
    if (state.tier && tierOf(pair) !== state.tier) continue;
    if (state.verdict && verdictOf(pair) !== state.verdict) continue;
    if (state.operator && !operatorsOf(pair).includes(Number(state.operator))) continue;
    if (state.link && !cablesOf(pair).includes(state.link)) continue;
    if (words.every((word) => searched[pair].includes(word))) found.push(pair);
  }
  return found;
};
