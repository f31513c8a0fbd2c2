"use strict";
const table = document.getElementById("pairs");
const body = table.tBodies[0];
table.querySelectorAll("th").forEach((head, column) => {
  const button = document.createElement("button");
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    table.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const text = head.dataset.kind === "text";
    const value = (row) => {
      let passed = 0;
      const cell = [...row.cells].find((one) => (passed += one.colSpan) > column);
      if (cell.colSpan > 1) return "";
      return cell.dataset.v === undefined ? cell.textContent.trim() : cell.dataset.v;
    };
    const compare = (a, b) => {
      const [x, y] = [value(a), value(b)];
      if (x === "" || y === "") return (x === "") - (y === "");
      const order = text ? x.localeCompare(y, "en") : Number(x) - Number(y);
      return down ? -order : order;
    };
    body.append(...[...body.rows].sort(compare));
  });
});
const map = document.getElementById("map");
const show = (number) => {
  document.querySelectorAll(".lit").forEach((thing) => thing.classList.remove("lit"));
  if (map) map.classList.toggle("tracing", number !== undefined);
  if (number !== undefined) {
    document.querySelectorAll(`[data-pair="${number}"]`).forEach((thing) => thing.classList.add("lit"));
  }
};
document.querySelectorAll("[data-pair]").forEach((thing) => {
  if (map && map.contains(thing)) return;
  thing.addEventListener("mouseenter", () => show(thing.dataset.pair));
  thing.addEventListener("mouseleave", () => show());
});
