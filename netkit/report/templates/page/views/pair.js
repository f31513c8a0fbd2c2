// All that is known of one pair.
const figureRows = (pair) => {
  const ways = waysOf(pair);
  const per = (key, value) => [T(key), ...ways.map(value)];
  const whole = (key, value) => [T(key), value, ...(ways.length > 1 ? [""] : [])];
  const range = (way) => missing(of(pair, way, "most")) ? T("none")
    : `${ms(of(pair, way, "least"))} – ${ms(of(pair, way, "most"))}`;
  const proven = held("proven", pair);
  const measured = D.pairs.t_p50 === undefined ? [] : [
    ...["min", "p50", "p99"].map((field) => per(field, (way) => ms(of(pair, way, field)))),
    per("judged", range),
    per("lost", (way) => missing(of(pair, way, "sent")) ? T("none")
      : T("lost_of", { lost: number(of(pair, way, "lost")), sent: number(of(pair, way, "sent")) })),
    whole("uncertainty", ms(held("unsure", pair))),
    per("truth", (way) => ms(of(pair, way, "truth"))),
    per("stamp_off", (way) => missing(of(pair, way, "off")) ? T("none")
      : (of(pair, way, "off") / 1000).toFixed(1)),
    whole("attempts", number(held("attempts", pair))),
    whole("path_proven", proven === null ? T("none") : T(proven ? "yes" : "no")),
  ];
  return [
    whole("bound", short(held("bound", pair))), whole("floor", ms(held("floor", pair))),
    ...(waysOf(pair).some((way) => of(pair, way, "reach") !== null)
      ? [per("reach", (way) => ms(of(pair, way, "reach")))] : []),
    ...(D.pairs.t_igp ? [per("igp", (way) => ms(of(pair, way, "igp")))] : []),
    per("planned", (way) => ms(of(pair, way, "plan"))),
    per("used", (way) => percent(wayShare(pair, way))),
    per("margin", (way) => missing(usedUs(pair, way)) || missing(held("bound", pair)) ? T("none")
      : ms(held("bound", pair) - usedUs(pair, way))),
    ...measured,
  ].filter(([, ...values]) => values.some((one) => one && one !== T("none")));
};
const figuresPart = (pair) => {
  const heads = [T("figure"), ...waysOf(pair).map((way) => T(way === THERE ? "there" : "back"))];
  const rows = figureRows(pair);
  const table = h("table", { class: "figures" },
    h("thead", {}, h("tr", {}, heads.map((one) => h("th", { scope: "col" }, one)))),
    h("tbody", {}, rows.map(([name, ...values]) => h("tr", {}, h("th", { scope: "row" }, name),
      values.map((value) => h("td", {}, value))))));
  return tools(section(T("figures"), table), csvButton(T("figures"), () => [heads, ...rows]));
};
const listPart = (title, sids, why) => h("div", { class: "list" }, h("h3", {}, title),
  why ? h("p", {}, why) : null,
  sids ? h("ol", {}, sids.map((sid) => h("li", {}, h("code", {}, D.sids[sid][0]), " ", D.sids[sid][1]))) : null);
const listsOf = (pair, way) => {
  const name = T(way === THERE ? "there" : "back");
  const reason = (field) => {
    const why = of(pair, way, field);
    return why === null ? T("none") : D.reasons[why];
  };
  const sooner = (of(pair, way, "plan") ?? 0) - (of(pair, way, "backup") ?? Infinity);
  const primary = of(pair, way, "sids"), backup = of(pair, way, "backup_sids");
  return [
    primary ? listPart(T("primary_way", { way: name, value: ms(of(pair, way, "plan")) }), primary)
      : listPart(T("no_list", { way: name }), null, reason("why")),
    backup ? listPart(T("backup_way", { way: name, value: ms(of(pair, way, "backup")) }), backup,
      sooner > 0 ? T("backup_sooner", { value: ms(sooner) }) : null)
      // Without a list nobody asks for its backup.
      : primary ? listPart(T("no_backup", { way: name }), null, reason("backup_why")) : null,
  ];
};
const plannedWays = (pair) => waysOf(pair).filter((way) => of(pair, way, "verdict") !== null);
const budgetPart = (pair) => {
  const picture = budgetPicture(pair);
  const title = T("budget");
  return tools(section(title, h("div", { class: "picture" }, picture), budgetKey(pair)),
    ...pictureButtons(`${ends(pair).src} ${ends(pair).dst}`, () => picture));
};
const stepTo = (pair, order, by) => {
  const next = order[order.indexOf(pair) + by];
  return next === undefined || !order.includes(pair) ? null
    : button(T(by > 0 ? "next" : "previous"), () => change({ pair: keyOf(next) }));
};
// What was measured over time stands in the page; one that is served asks for it pair by pair.
let toldOf = () => D;
const timeHint = (told) => {
  if (told === null) return h("p", { class: "hint" }, T("reading"));
  if (told.away) return h("p", { class: "away" }, T("pair_away", { error: told.away.error }));
  return D.live && !told.series.length ? h("p", { class: "hint" }, T("nothing_measured") + T("stop")) : null;
};
const timePart = (pair, told = toldOf(pair)) =>
  h("div", { class: "overtime" }, timeHint(told) ?? overTimeParts(pair, told));
const pairPage = (pair, order) => {
  const [src, dst] = ["src", "dst"].map((end) => calledOf(held(end, pair)));
  const heading = h("h2", { tabindex: "-1", id: "pairtitle" }, `${src} ${hasBack(pair) ? "⇄" : "→"} ${dst}${
    flowOf(pair) === null ? "" : `, ${flowOf(pair)}`}`);
  const verdict = verdictOf(pair);
  return h("div", { class: "pairpage" },
    h("nav", { "aria-label": T("pair") }, button(T("close"), () => change({ pair: "" }, false)),
      stepTo(pair, order, -1), stepTo(pair, order, 1)),
    cutNow() ? h("p", { class: "alert" }, cutText()) : null,
    h("div", { class: "title" }, heading, chip(verdict),
      h("span", {}, T("uses", { used: percent(shareOf(pair)), bound: short(held("bound", pair)) }))),
    h("div", { class: "columns" },
      h("div", {}, missing(held("bound", pair)) ? null : budgetPart(pair), ...waysOf(pair).map((way) => hopsPart(pair, way)).filter(Boolean),
        pairSpread(pair), ...pairTimelines(pair), pairMap(pair), timePart(pair)),
      h("div", {}, figuresPart(pair), plannedWays(pair).length
        ? section(T("lists"), ...plannedWays(pair).flatMap((way) => listsOf(pair, way))) : null)));
};
