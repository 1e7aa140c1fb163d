/**
 * Reading a plan: the words on the left and the drafts in the middle select one another.
 *
 * Marks in the text: <a class="m" data-draft="12" href="#draft-12">; drafts: <details class="draft" id="draft-12"
 * data-draft="12">. J and K go to the next and the one before, Enter presses [data-approve] of the selected draft.
 * Without this script the links and the <details> do the same work, one step slower.
 */
const panes = document.querySelector(".panes");
const SVG = "http://www.w3.org/2000/svg";
const REDUCED = window.matchMedia("(prefers-reduced-motion: reduce)");

const drafts = () => [...document.querySelectorAll(".draft[data-draft]")];
const marks = (key) => [...document.querySelectorAll(`.m[data-draft="${CSS.escape(key)}"]`)];
let selected = null;

function select(key, { from = "draft", focus = false } = {}) {
  const draft = document.getElementById(`draft-${key}`);
  if (!draft) return;
  for (const other of drafts()) {
    if (other === draft) continue;
    other.classList.remove("is-selected");
    other.removeAttribute("aria-current");
    if (!other.classList.contains("draft-unresolved")) other.open = false;
  }
  for (const mark of document.querySelectorAll(".m.is-selected")) mark.classList.remove("is-selected");
  selected = key;
  draft.open = true;
  draft.classList.add("is-selected");
  draft.setAttribute("aria-current", "true");
  // Of several marks of one draft the last is the words of its day; all of them belong to it.
  const own = marks(key);
  for (const mark of own) mark.classList.add("is-selected");
  const behavior = REDUCED.matches || from === "server" ? "instant" : "smooth";
  if (from !== "text") own[0]?.scrollIntoView({ block: "nearest", behavior });
  if (from !== "draft") draft.scrollIntoView({ block: "nearest", behavior });
  if (focus) draft.querySelector("summary").focus({ preventScroll: true });
  connect();
}

// ---- the line from the words to the draft: along the page edge, never across words
function connector() {
  let svg = panes.querySelector(".connector");
  if (!svg) {
    svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "connector");
    svg.setAttribute("aria-hidden", "true");
    svg.append(document.createElementNS(SVG, "path"));
    panes.append(svg);
  }
  return svg.firstChild;
}

function connect() {
  const path = connector();
  path.setAttribute("d", "");
  const draft = selected && document.getElementById(`draft-${selected}`);
  const mark = selected && marks(selected)[0];
  if (!draft || !mark) return;
  const frame = panes.getBoundingClientRect();
  const source = mark.closest(".pane-body").getBoundingClientRect();
  const list = draft.closest(".pane-body").getBoundingClientRect();
  const lines = mark.getClientRects();
  if (!lines.length) return; // on a phone the text is not shown
  const [first, last] = [lines[0], lines[lines.length - 1]];
  const head = draft.querySelector(".draft-head").getBoundingClientRect();
  const from = (first.top + last.bottom) / 2;
  const to = head.top + Math.min(24, head.height / 2);
  const seen = (y, box) => y > box.top + 6 && y < box.bottom - 6;
  if (!seen(from, source) || !seen(to, list)) return;
  const edge = source.right - 8 - frame.left;
  const middle = (source.right + head.left) / 2 - frame.left;
  const [top, bottom] = [first.top - frame.top - 1, last.bottom - frame.top + 1];
  const [y1, y2] = [from - frame.top, to - frame.top];
  const bend = Math.min(8, Math.abs(y2 - y1) / 2) * Math.sign(y2 - y1 || 1);
  const turn = Math.abs(bend);
  path.setAttribute("d",
    `M${edge - 7} ${top}H${edge}V${bottom}H${edge - 7}M${edge} ${y1}H${middle - turn}` +
    `Q${middle} ${y1} ${middle} ${y1 + bend}V${y2 - bend}Q${middle} ${y2} ${middle + turn} ${y2}H${head.left - frame.left}`);
}

let waiting = false;
function reconnect() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; connect(); });
}

// ---- choosing
function step(by) {
  const all = drafts();
  if (!all.length) return;
  const at = all.findIndex((draft) => draft.dataset.draft === selected);
  const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
  select(next.dataset.draft, { from: "key", focus: true });
}

function typing(target) {
  return target.closest?.("input, select, textarea, [contenteditable], dialog");
}

if (panes) {
  document.addEventListener("click", (event) => {
    const mark = event.target.closest?.("a.m[data-draft]");
    if (mark) {
      event.preventDefault();
      select(mark.dataset.draft, { from: "text", focus: true });
      document.getElementById(`draft-${mark.dataset.draft}`)?.scrollIntoView({ block: "nearest" });
      return;
    }
    const head = event.target.closest?.(".draft > summary");
    const draft = event.target.closest?.(".draft[data-draft]");
    if (head && draft?.open && !draft.classList.contains("is-selected")) event.preventDefault();
    if (draft && draft.dataset.draft !== selected) {
      if (head) event.preventDefault();
      select(draft.dataset.draft);
    }
  });
  document.addEventListener("focusin", (event) => {
    const draft = event.target.closest?.(".draft[data-draft]");
    if (draft?.open && draft.dataset.draft !== selected) select(draft.dataset.draft);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
      event.preventDefault();
      step(key === "j" ? 1 : -1);
    } else if (key === "enter" && selected && !event.target.closest("a, button")) {
      const approve = document.getElementById(`draft-${selected}`)?.querySelector("[data-approve]");
      if (approve) {
        event.preventDefault();
        approve.click();
      }
    }
  });
  for (const body of panes.querySelectorAll(".pane-body")) body.addEventListener("scroll", reconnect, { passive: true });
  window.addEventListener("resize", reconnect);
  document.addEventListener("toggle", reconnect, true);
  // A part of the page came back from the server: the next draft that needs a look takes the selection.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!event.detail.elt?.classList?.contains("draft")) return reconnect(); // saved while typing: stay there
    const card = event.detail.elt;
    if (!card.matches(".draft-unresolved")) {
      for (const mark of marks(card.dataset.draft)) mark.classList.replace("m-unresolved", card.dataset.mark ?? "m-agency");
    }
    const decided = card.matches(".draft-approved, .draft-dropped");
    const next = decided && document.querySelector("[data-next-draft]")?.dataset.nextDraft;
    if (next && document.getElementById(`draft-${next}`)) select(next, { from: "server", focus: true });
    else select(card.dataset.draft, { from: "server", focus: !decided || !next });
  });
  document.fonts?.ready.then(reconnect);

  const wanted = location.hash.startsWith("#draft-") ? location.hash.slice(7) : null;
  const first = wanted ?? document.querySelector(".draft[data-next]")?.dataset.draft;
  if (first) select(first, { from: "server" });
}
