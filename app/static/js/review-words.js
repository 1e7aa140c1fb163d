/**
 * Words chosen in the text of a plan become a draft: a small bar offers the kinds, and the form of «Thêm mục» is
 * sent with the place of the words. «Tách» cuts a duty at the caret. Without this script the dialog and an empty
 * line in the duty do the same.
 */
const source = document.querySelector("[data-source]");
const bar = document.getElementById("pick");
const form = document.querySelector("#add-draft form");
let place = null;

/** Offset in the plan's text of a point in the page: every run says where it begins. */
function offsetOf(node, offset) {
  const run = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest?.("[data-at]");
  if (!run) return null;
  return Number(run.dataset.at) + (node.nodeType === Node.TEXT_NODE ? offset : 0);
}

/** The nearest run at or after (or, backwards, before) a point between runs. */
function edge(range, start) {
  const node = start ? range.startContainer : range.endContainer;
  const found = offsetOf(node, start ? range.startOffset : range.endOffset);
  if (found !== null) return found;
  const runs = [...source.querySelectorAll("[data-at]")].filter((run) => range.intersectsNode(run));
  const run = start ? runs[0] : runs[runs.length - 1];
  if (!run) return null;
  return Number(run.dataset.at) + (start ? 0 : run.textContent.length);
}

function hide() {
  bar.hidden = true;
  place = null;
}

function offer() {
  const chosen = document.getSelection();
  if (!chosen || chosen.isCollapsed || !chosen.rangeCount) return hide();
  const range = chosen.getRangeAt(0);
  if (!source.contains(range.commonAncestorContainer)) return hide();
  const words = chosen.toString().trim();
  const [start, end] = [edge(range, true), edge(range, false)];
  if (!words || start === null || end === null || end <= start) return hide();
  place = { start, end, words };
  const box = range.getBoundingClientRect();
  bar.hidden = false;
  const left = Math.min(Math.max(8, box.left), window.innerWidth - bar.offsetWidth - 8);
  bar.style.left = `${left + window.scrollX}px`;
  bar.style.top = `${Math.max(8, box.top - bar.offsetHeight - 8) + window.scrollY}px`;
}

if (source && bar && form) {
  document.addEventListener("selectionchange", () => { if (document.getSelection()?.isCollapsed) hide(); });
  source.addEventListener("mouseup", () => setTimeout(offer));
  source.addEventListener("keyup", (event) => { if (event.shiftKey) offer(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  bar.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pick]");
    if (!button || !place) return;
    form.elements.kind.value = button.dataset.pick;
    form.elements.words.value = place.words;
    form.elements.start.value = place.start;
    form.elements.end.value = place.end;
    form.requestSubmit();
  });
}

// The dialog alone looks its words up in the text; only a selection knows offsets.
form?.elements.words.addEventListener("input", () => {
  form.elements.start.value = "";
  form.elements.end.value = "";
});

// ---- «Tách» cuts at the caret, where the text has no empty line yet
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-split]");
  const text = button && document.getElementById(button.dataset.split);
  if (!text || /\n\s*\n/.test(text.value.trim())) return;
  const at = text.selectionStart;
  if (at > 0 && at < text.value.length) {
    text.value = `${text.value.slice(0, at).trimEnd()}\n\n${text.value.slice(at).trimStart()}`;
  }
}, true);

// ---- which page of the plan is in view
const pages = document.querySelector("[data-pages]");
const marks = [...document.querySelectorAll(".source-page[data-page]")];
const body = source?.closest(".pane-body");
if (pages && marks.length && body) {
  const template = pages.textContent.replace(/\d.*$/, "");
  const tell = () => {
    const frame = body.getBoundingClientRect();
    const at = (edge) => 1 + marks.filter((mark) => mark.getBoundingClientRect().top < edge).length;
    const [first, last] = [at(frame.top + 20), at(frame.bottom - 20)];
    pages.textContent = template + (first === last ? first : `${first}–${last}`);
  };
  body.addEventListener("scroll", () => requestAnimationFrame(tell), { passive: true });
  tell();
}
