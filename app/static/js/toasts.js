/** Toasts: news leaves after six seconds, unless the pointer or the focus rests on it. */
import { icon } from "./icons.js";
import { word } from "./words.js";

const STAYS_MS = 6000;
const ICONS = { success: "check", info: "info-circle", warning: "alert-triangle", error: "alert-triangle", offline: "cloud-off" };

export function showToast(text, kind = "info") {
  const box = document.querySelector("[data-toasts]");
  if (!box) return null;
  const toast = document.createElement("div");
  toast.className = `toast toast-${kind === "offline" ? "warning" : kind}`;
  const words = document.createElement("div");
  words.className = "toast-text";
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-close";
  close.dataset.toastClose = "";
  close.setAttribute("aria-label", word("close"));
  close.append(icon("x", 16));
  toast.append(icon(ICONS[kind] ?? "info-circle"), words, close);
  if (kind === "success" || kind === "info") toast.dataset.toastPassing = "";
  box.append(toast);
  watch(toast);
  return toast;
}

function watch(toast) {
  if (!("toastPassing" in toast.dataset)) return;
  let timer;
  const start = () => { timer = setTimeout(() => toast.remove(), STAYS_MS); };
  const stop = () => clearTimeout(timer);
  for (const event of ["pointerenter", "focusin"]) toast.addEventListener(event, stop);
  for (const event of ["pointerleave", "focusout"]) toast.addEventListener(event, start);
  start();
}

document.addEventListener("click", (event) => {
  event.target.closest?.("[data-toast-close]")?.closest(".toast").remove();
});
for (const toast of document.querySelectorAll(".toast")) watch(toast);

// The server can say something in answer to htmx: HX-Trigger: {"toast": {"text": "…", "kind": "success"}}
document.addEventListener("toast", (event) => showToast(event.detail.text, event.detail.kind));
document.addEventListener("htmx:sendError", () => showToast(word("failed"), "offline"));
