// What stands under the first sentence, and the tables that are no pairs.
const factsLine = () => {
  const facts = [T("basis")];
  if (D.profile) facts.push(T("profile", { profile: D.profile }));
  if (D.started) facts.push(T("started", { when: D.started }));
  if (D.span) facts.push(T("span_told", { from: instantText(D.span[0]), to: instantText(D.span[1]) }));
  facts.push(T("made_of", { sources: D.schemas.join(", ") }));
  document.getElementById("facts").replaceChildren(...facts.map((fact) => h("span", {}, fact)));
  document.getElementById("notes").replaceChildren(
    ...D.alerts.map((text) => h("p", { class: "alert" }, text)),
    ...D.notes.map((text) => h("p", { class: "hint" }, text)));
};
const plainTable = (told) => {
  const title = T(told.title);
  const phones = told.title === "tiers" ? [told.heads.includes("tier") ? "tier" : "bound", "pairs", "kept_short", "most_used"]
    : told.heads.slice(0, told.kinds.slice(0, 3).every((kind) => kind === "text" || kind === "verdict") ? 3 : 4);
  const columns = told.heads.map((key, place) => ({
    key, title: T(key), kind: told.kinds[place], phone: phones.includes(key),
    value: (row) => row[place],
  }));
  const table = makeTable({ title, columns, folds: true });
  const part = tools(section(title, told.hint ? h("p", { class: "hint" }, T(told.hint)) : null,
    table.element, told.more ? h("p", { class: "hint" }, T("rows_more", { count: number(told.more) })) : null),
  csvButton(title, table.csv));
  part.classList.add("plain");
  part.start = () => table.show(told.rows);
  return { part, table };
};
const plainTables = () => D.tables.map(plainTable);
