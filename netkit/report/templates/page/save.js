// Pictures for slides and tables for spreadsheets, made from what is shown.
const saved = (name, type, parts) => {
  const link = h("a", { download: name, href: URL.createObjectURL(new Blob(parts, { type })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};
const PAINT = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray",
  "stroke-linecap", "opacity", "font-size", "font-family", "font-weight", "text-anchor",
  "visibility", "paint-order"];
// A picture that stands alone has no style sheet: every element carries what it is painted with.
const svgText = (svg) => {
  const copy = svg.cloneNode(true);
  const [from, to] = [svg, copy].map((one) => [one, ...one.querySelectorAll("*")]);
  from.forEach((element, place) => {
    const style = getComputedStyle(element);
    const own = PAINT.map((name) => `${name}:${style.getPropertyValue(name)}`);
    to[place].setAttribute("style", own.join(";"));
    to[place].removeAttribute("class");
    // How large nodes are stands in the style sheet as well.
    if (element.tagName === "circle") to[place].setAttribute("r", parseFloat(style.r));
  });
  const box = svg.viewBox.baseVal;
  copy.setAttribute("width", box.width);
  copy.setAttribute("height", box.height);
  const paper = s("rect", { x: box.x, y: box.y, width: box.width, height: box.height,
    fill: getComputedStyle(document.body).backgroundColor });
  copy.prepend(paper);
  return new XMLSerializer().serializeToString(copy);
};
// Twice as large as on the screen, as far as browsers have canvases.
const SHARP = 2, MOST_CANVAS = 16000;
const pngBlob = (svg) => new Promise((done, failed) => {
  const picture = new Image();
  const box = svg.viewBox.baseVal;
  const scale = Math.min(SHARP, MOST_CANVAS / box.width, MOST_CANVAS / box.height);
  picture.onerror = failed;
  picture.onload = () => {
    const canvas = h("canvas", { width: Math.ceil(scale * box.width), height: Math.ceil(scale * box.height) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(done, "image/png");
  };
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(svg))}`;
});
const saveButton = (format, what, act) => button(T(`save_${format}`), act,
  { class: "save", "aria-label": T("save_what", { what, format: T(`save_${format}`) }) });
const fileName = (what, ending) => `${what.replace(/[^\p{L}\p{N}]+/gu, "-")}.${ending}`;
const pictureButtons = (what, find) => [
  saveButton("svg", what, () => saved(fileName(what, "svg"), "image/svg+xml", [svgText(find())])),
  saveButton("png", what, async () =>
    saved(fileName(what, "png"), "image/png", [await pngBlob(find())])),
];
// A cell that a spreadsheet would run as a formula gets a quote in front.
const csvCell = (value) => {
  if (missing(value)) return "";
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : `${value}`;
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const csvText = (rows) => rows.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
const csvButton = (what, rows) => saveButton("csv", what, () =>
  saved(fileName(what, "csv"), "text/csv", ["\ufeff", csvText(rows())]));
