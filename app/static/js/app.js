/** What every page needs. Each part works on attributes and leaves pages without them alone. */
import "./toasts.js";
import "./draft-keeper.js";
import "./map-keys.js";
import { word } from "./words.js";

// ---- htmx sends the token of the page with every request that writes
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) event.detail.headers["X-CSRFToken"] = token;
});
// An answer that refuses (400, 409, 422) brings its own page part with the reason; show it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([400, 409, 422].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// ---- dialogs: <a href="#id" data-open="id">, closed by data-close, Escape or a click beside them
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.open);
    if (dialog?.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  const closer = event.target.closest?.("[data-close]");
  if (closer?.closest("dialog")?.open) {
    event.preventDefault();
    closer.closest("dialog").close();
    return;
  }
  if (event.target instanceof HTMLDialogElement && event.target.open) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
});
document.addEventListener("keydown", (event) => {
  if ((event.key === " ") && event.target.matches?.('a[role="button"]')) {
    event.preventDefault();
    event.target.click();
  }
});
// A dialog that holds a mistake comes back open: <dialog data-reopen>
for (const dialog of document.querySelectorAll("dialog[data-reopen]")) dialog.showModal();

// ---- menus close on Escape and on a click elsewhere
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// ---- a form is sent once; the button that sent it says so and keeps its width
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-busy]") || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter ?? form.querySelector('button[type="submit"]');
  const text = button?.querySelector(".btn-text");
  if (!text) return;
  button.dataset.was = text.textContent;
  button.style.minWidth = `${button.offsetWidth}px`;
  button.setAttribute("aria-busy", "true");
  text.textContent = word("sending");
});
// Back from the history, or a file that came as a download: the form can be sent again.
function free(form) {
  delete form.dataset.sent;
  const button = form.querySelector('[aria-busy="true"]');
  if (!button) return;
  button.removeAttribute("aria-busy");
  button.querySelector(".btn-text").textContent = button.dataset.was;
}
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-sent]");
  if (form) free(form);
});

// ---- filters: a choice applies at once, typing after a pause
const PAUSE_MS = 350;
for (const form of document.querySelectorAll("form[data-autosubmit]")) {
  let timer;
  form.addEventListener("change", (event) => {
    if (event.target.type !== "search" && !event.target.matches(".day-native")) form.requestSubmit();
  });
  form.addEventListener("input", (event) => {
    if (event.target.type !== "search") return;
    clearTimeout(timer);
    timer = setTimeout(() => form.requestSubmit(), PAUSE_MS);
  });
  // The page comes back with the caret where it was.
  const box = form.querySelector('input[type="search"][name]');
  if (box?.value && new URLSearchParams(location.search).has(box.name) && !location.hash) {
    box.focus({ preventScroll: true });
    box.setSelectionRange(box.value.length, box.value.length);
  }
}

// ---- copy: <button data-copy="#id"> copies the value or the text of that element
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  if (!source) return;
  const value = source.value ?? source.textContent.trim();
  try {
    await navigator.clipboard.writeText(value);
  } catch {
    // Without a secure address there is no clipboard; selecting lets the person copy with the keyboard.
    source.select?.();
    if (!document.execCommand?.("copy")) return;
  }
  const text = button.querySelector(".btn-text") ?? button;
  const was = text.textContent;
  text.textContent = word("copied");
  setTimeout(() => { text.textContent = was; }, 2000);
});

// ---- days: the calendar of the browser writes dd/mm/yyyy into the field beside it
document.addEventListener("click", (event) => {
  const field = event.target.closest?.("[data-day-open]")?.closest(".day");
  if (!field) return;
  const [typed, native] = [field.querySelector(".input"), field.querySelector(".day-native")];
  const parts = typed.value.match(/^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*$/);
  if (parts) native.value = `${parts[3]}-${parts[2].padStart(2, "0")}-${parts[1].padStart(2, "0")}`;
  native.showPicker?.();
});
document.addEventListener("change", (event) => {
  if (!event.target.matches(".day-native") || !event.target.value) return;
  const typed = event.target.closest(".day").querySelector(".input");
  typed.value = event.target.value.split("-").reverse().join("/");
  typed.dispatchEvent(new Event("input", { bubbles: true }));
  typed.dispatchEvent(new Event("change", { bubbles: true }));
  typed.focus();
});

// ---- files: names of what was chosen, and dropping onto the box
for (const drop of document.querySelectorAll("[data-drop]")) {
  const input = drop.querySelector('input[type="file"]');
  const names = drop.querySelector("[data-drop-names]");
  const tell = () => { if (names) names.textContent = [...input.files].map((file) => file.name).join(", "); };
  input.addEventListener("change", tell);
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("is-over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("is-over");
    const files = new DataTransfer();
    for (const file of event.dataTransfer.files) {
      files.items.add(file);
      if (!input.multiple) break;
    }
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// ---- print: the paper says when it was made; <button data-print>
window.addEventListener("beforeprint", () => {
  const now = new Date();
  const time = `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
  for (const place of document.querySelectorAll("[data-printed-at]")) place.textContent = word("printed", { time });
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});

// ---- errors: the focus moves to the summary
document.querySelector("[data-error-summary]")?.focus();

// ---- a name after an @: the whole name stands where its half stood
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-name]");
  if (!button) return;
  const form = button.closest("form");
  const text = form?.querySelector("[data-named]");
  if (!text) return;
  const half = `@${button.dataset.half}`;
  const at = text.value.lastIndexOf(half);
  if (at < 0) return;
  text.value = `${text.value.slice(0, at)}@${button.dataset.name} `;
  form.querySelector(".named").replaceChildren();
  text.focus();
});
