// The part of the map in sight, and the labels that find room there.
const CLOSEST = 60;
const viewOf = (width, height) => ({ x: 0, y: 0, width, height, whole: width });
const zoomed = (view, factor, at, size) => {
  const width = Math.min(size[0], Math.max(size[0] / CLOSEST, view.width / factor));
  const share = width / view.width;
  return inside({ ...view, width, height: view.height * share,
    x: at[0] - (at[0] - view.x) * share, y: at[1] - (at[1] - view.y) * share }, size);
};
const inside = (view, size) => ({ ...view,
  x: Math.min(Math.max(view.x, 0), size[0] - view.width),
  y: Math.min(Math.max(view.y, 0), size[1] - view.height) });
const boxText = (view) => [view.x, view.y, view.width, view.height].map((one) => one.toFixed(2)).join(" ");
const ROLE_RANK = { cluster: 0, core: 1, border: 2, city: 3 };
const roomFor = (nodes, view, unit) => {
  const taken = [];
  const found = [];
  const seen = nodes.filter(([, x, y]) => x >= view.x && y >= view.y
    && x <= view.x + view.width && y <= view.y + view.height);
  seen.sort((a, b) => ROLE_RANK[a[3]] - ROLE_RANK[b[3]]);
  for (const node of seen) {
    const wide = cells(nameOf(node[0])) * LETTER * unit;
    const left = node[1] + 6 * unit + wide > view.x + view.width;
    const x = left ? node[1] - 6 * unit - wide : node[1] + 6 * unit;
    const box = [x, node[2] - 6 * unit, x + wide, node[2] + 6 * unit];
    const clash = taken.some((other) => box[0] < other[2] && other[0] < box[2]
      && box[1] < other[3] && other[1] < box[3]);
    if (clash || x < view.x) continue;
    taken.push(box);
    found.push(s("text", { x, y: node[2] + 4 * unit, class: node[3] }, nameOf(node[0])));
  }
  return found;
};
// Where at least six nodes stand in one square of a hundredth of the map: worth a closer look.
const crowd = (nodes, size) => {
  const side = Math.max(size[0], size[1]) / 10;
  let best = null;
  for (const [, x, y] of nodes) {
    const near = nodes.filter((one) => Math.abs(one[1] - x) < side / 2 && Math.abs(one[2] - y) < side / 2);
    if (near.length >= 6 && near.length < nodes.length * 0.8 && (!best || near.length > best.near.length)) {
      best = { near, x: x - side / 2, y: y - side / 2, width: side, height: side };
    }
  }
  return best;
};
