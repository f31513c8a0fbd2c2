// A page that is served looks for what is new, says how old it is, and asks for pairs one by one.
// All addresses are relative: whatever a proxy puts in front of them stays in front.
const notice = h("div", { id: "notice", role: "status" });
document.querySelector("header").append(notice);
const nowText = () => `${new Date().toISOString().slice(11, 19)}Z`;
const asked = async (path, query) => {
  const answer = await fetch(`${path}?${new URLSearchParams(query)}`,
    { cache: "no-store", credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
};
let silentSince = null;
const showNotice = () => {
  const { at, every_s: every, away } = D.live;
  const troubles = [
    silentSince ? T("silent", { when: silentSince }) : null,
    away ? T("away", { when: away.since, error: away.error }) : null,
  ].filter(Boolean);
  notice.replaceChildren(...troubles.map((text) => h("p", { class: "away" }, text)),
    h("p", { class: "asof" }, T("as_of", { when: at, every })));
};
// One pair over time: what was read last is shown until what is new has come.
let timed = { key: null, told: null, version: null };
const readPair = async (pair) => {
  const key = keyOf(pair), version = `${D.live.run} ${D.live.version}`, { src, dst } = ends(pair);
  if (timed.key === key && timed.version === version) return;
  timed = { key, version, told: timed.key === key ? timed.told : null };
  try {
    const told = await asked("pair.json", { src, dst, flow: flowOf(pair) ?? "" });
    if (timed.key !== key) return;
    if (told.away) timed.version = null;
    if (!told.away || !timed.told || timed.told.away) timed.told = told;
    const shown = document.querySelector(".overtime"), open = pairByKey.get(state.pair);
    // To ask for it here once more would be to ask without end where it cannot be read.
    if (shown && open !== undefined && keyOf(open) === key && timed.told) {
      keepingFocus(onePair, () => shown.replaceWith(timePart(open, timed.told)));
    }
  } catch {
    timed.version = null;
  }
};
toldOf = (pair) => {
  readPair(pair);
  return timed.key === keyOf(pair) ? timed.told : null;
};
// Which rows and columns there are; where it stays, only figures are written anew.
const shape = () => JSON.stringify([D.names, D.tiers, D.flows, Object.keys(D.pairs),
  D.pairs.src, D.pairs.dst, D.pairs.bound, D.pairs.flow, D.tables.map((one) => [one.title, one.heads]),
  [...new Set(D.pairs.verdict)].sort()]);
// Parts that are made anew lose what somebody is typing into, and how far tables were rolled.
const place = () => {
  const field = document.activeElement, key = field.closest(".filters") && field.dataset.key;
  const caret = field.type === "search" ? field.selectionStart : null;
  const row = field.closest(".pairrows tr[data-pair]"), on = row && keyOf(Number(row.dataset.pair));
  const rolled = () => [...overview.querySelectorAll(".scroller")];
  const tops = new Map(rolled().map((one) => [one.getAttribute("aria-label"), one.scrollTop]));
  return () => {
    const again = key && document.querySelector(`.filters [data-key="${key}"]`);
    if (again) again.focus({ preventScroll: true });
    if (again && caret !== null) again.setSelectionRange(caret, caret);
    rolled().forEach((one) => { one.scrollTop = tops.get(one.getAttribute("aria-label")) ?? 0; });
    if (parts && pairByKey.has(on)) parts.rows.table.focus(pairByKey.get(on));
  };
};
const takeIn = (data) => {
  const last = shape(), goBack = place();
  Object.assign(D, data);
  document.getElementById("sentence").textContent = D.sentence;
  factsLine();
  drawn = "";
  const same = shape() === last;
  if (same) plain.forEach(({ table }, place) => table.show(D.tables[place].rows));
  else {
    makers.forEach((make) => make());
    build();
  }
  const open = pairByKey.get(state.pair);
  if (open !== undefined && parts && before !== null) {
    keepingFocus(onePair, () => openPair(open));
    before = open;
  }
  showAll();
  if (!same) goBack();
};
const look = async () => {
  try {
    const told = await asked("overview.json", { run: D.live.run, seen: D.live.version });
    silentSince = null;
    D.live = told.live;
    if (told.data) takeIn(told.data);
    else if (pairByKey.get(state.pair) !== undefined) readPair(pairByKey.get(state.pair));
  } catch {
    silentSince ??= nowText();
  }
  showNotice();
  setTimeout(look, D.live.every_s * 1000);
};
showNotice();
setTimeout(look, D.live.every_s * 1000);
