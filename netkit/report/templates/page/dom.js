// Elements are made, never parsed: a name that holds markup stays a name.
const SVG = "http://www.w3.org/2000/svg";
const fill = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
};
const h = (tag, attributes, ...children) =>
  fill(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);
// What is to be done when the window changes, for as long as an element is in the page.
const kept = new Map();
const prune = (type) => kept.set(type, kept.get(type).filter(([element]) => element.isConnected));
const onWindow = (element, type, act) => {
  if (!kept.has(type)) {
    kept.set(type, []);
    window.addEventListener(type, () => { prune(type); kept.get(type).forEach(([, one]) => one()); });
  }
  kept.get(type).push([element, act]);
  setTimeout(() => prune(type));
};
// What is made anew under somebody's hands: the focus goes to what is called the same there.
const calledSame = (inside, one) => [...inside.querySelectorAll(one.tagName)].filter((other) =>
  other.id === one.id && other.ariaLabel === one.ariaLabel && (one.ariaLabel || one.id || other.textContent === one.textContent));
const keepingFocus = (inside, act) => {
  const on = document.activeElement, place = inside.contains(on) ? calledSame(inside, on).indexOf(on) : -1;
  act();
  if (place >= 0) calledSame(inside, on)[place]?.focus({ preventScroll: true });
};
const button = (text, onclick, attributes = {}) =>
  h("button", { type: "button", onclick, ...attributes }, text);
const chip = (verdict) => h("span", { class: `chip ${verdict}` }, T(verdict));
const section = (title, ...children) => {
  const heading = h("h2", {}, title);
  return h("section", {}, h("div", { class: "heading" }, heading), ...children);
};
const tools = (part, ...buttons) => {
  part.querySelector(".heading").append(h("span", { class: "tools" }, ...buttons));
  return part;
};
