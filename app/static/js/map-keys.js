/**
 * The arrow keys walk the map of the board: <table data-map>, cells that hold a link .cell.
 *
 * One cell of the map takes the Tab key, the arrows move from there; Home and End go along the row, with Ctrl to
 * the corners. Empty cells are stepped over. Enter opens the link, as on any link. data-popover on a cell names
 * the element that tells about it on hover or focus.
 */
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function gridOf(map) {
  return [...map.tBodies].flatMap((body) => [...body.rows])
    .map((row) => [...row.cells].map((cell) => cell.querySelector(":scope > .cell[href]")))
    .filter((row) => row.some(Boolean));
}

function find(grid, cell) {
  for (const [y, row] of grid.entries()) {
    const x = row.indexOf(cell);
    if (x >= 0) return [y, x];
  }
  return null;
}

function next(grid, [y, x], [dy, dx]) {
  for (let ny = y + dy, nx = x + dx; grid[ny] && nx >= 0 && nx < grid[ny].length; ny += dy, nx += dx) {
    if (grid[ny][nx]) return grid[ny][nx];
  }
  return null;
}

function target(grid, place, event) {
  const row = event.ctrlKey ? (event.key === "Home" ? grid[0] : grid.at(-1)) : grid[place[0]];
  if (event.key === "Home") return row.find(Boolean);
  if (event.key === "End") return row.findLast(Boolean);
  return STEPS[event.key] ? next(grid, place, STEPS[event.key]) : null;
}

for (const map of document.querySelectorAll("table[data-map]")) {
  const cells = gridOf(map).flat().filter(Boolean);
  cells.forEach((cell, index) => { cell.tabIndex = index ? -1 : 0; });
  map.addEventListener("keydown", (event) => {
    const grid = gridOf(map);
    const place = find(grid, event.target);
    const to = place && target(grid, place, event);
    if (!to) return;
    event.preventDefault();
    event.target.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  });
}

// ---- the popover of a cell
let shown = null;

function hide() {
  if (shown) shown.hidden = true;
  shown = null;
}

function show(cell) {
  const popover = document.getElementById(cell.dataset.popover);
  if (!popover || popover === shown) return;
  hide();
  shown = popover;
  popover.hidden = false;
  const box = cell.getBoundingClientRect();
  const frame = (popover.offsetParent ?? document.body).getBoundingClientRect();
  const room = document.documentElement.clientWidth - popover.offsetWidth - 8;
  popover.style.left = `${Math.max(8, Math.min(box.left - 16, room)) - frame.left}px`;
  const below = box.bottom + 6 + popover.offsetHeight < window.innerHeight;
  popover.style.top = `${(below ? box.bottom + 6 : box.top - 6 - popover.offsetHeight) - frame.top}px`;
}

for (const event of ["pointerover", "focusin"]) {
  document.addEventListener(event, ({ target: at }) => {
    const cell = at.closest?.("[data-popover]");
    if (cell) show(cell);
    else if (shown && !shown.contains(at)) hide();
  });
}
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
