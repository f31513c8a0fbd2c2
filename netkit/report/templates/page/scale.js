// The page has one meaning of colour: which share of its bound something uses.
const STEPS = [0.5, 0.75, 0.9, 1];
const classOf = (share) => {
  if (share === null || share === undefined) return "un";
  const step = STEPS.findIndex((most) => share <= most);
  return `u${step < 0 ? STEPS.length : step}`;
};
const CLASSES = ["u0", "u1", "u2", "u3", "u4", "un"];
const classText = (place) => {
  if (place === CLASSES.length - 1) return T("legend_none");
  if (place === STEPS.length) return `${T("legend_over")} 100 %`;
  return `≤ ${100 * STEPS[place]} %`;
};
const legend = () => h("p", { class: "legend" }, h("span", {}, T("legend")),
  CLASSES.map((name, place) =>
    h("span", {}, s("svg", { class: "key", viewBox: "0 0 14 14", "aria-hidden": "true" },
      s("rect", { class: name, width: 14, height: 14, rx: 2 }),
      name === "u4" ? s("path", { class: "over", d: "M4 4L10 10M10 4L4 10" }) : null),
    classText(place))));
