/**
 * Keeps half-filled forms on this machine: <form data-keep="submission:12">.
 *
 * What is typed is stored under the key of the form after each pause. Field by field it is put back where the field
 * still holds what the server gave at the start (an expired session, a closed tab), and the page says so.
 * A form that was sent is forgotten once a page without that form, or with a fresh one, comes back.
 * Passwords, tokens and files are never stored.
 */
import { showToast } from "./toasts.js";
import { word } from "./words.js";

// Two people who share a machine do not see each other's words.
const PREFIX = `kept:${word("person")}:`;
const PAUSE_MS = 400;
const ON_ITS_WAY_MS = 10 * 60 * 1000;
const LONGEST_MS = 14 * 24 * 3600 * 1000;
const NEVER = new Set(["password", "file", "hidden", "submit", "button", "image", "reset"]);

const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !NEVER.has(field.type));

function read(form) {
  const values = {};
  for (const field of fieldsOf(form)) {
    const list = (values[field.name] ??= []);
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked) list.push(field.value);
    } else if (field.multiple) {
      list.push(...[...field.selectedOptions].map((option) => option.value));
    } else {
      list.push(field.value);
    }
  }
  return values;
}

function write(form, values) {
  const taken = {};
  for (const field of fieldsOf(form)) {
    const list = values[field.name];
    if (!list) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      field.checked = list.includes(field.value);
    } else if (field.multiple) {
      for (const option of field.options) option.selected = list.includes(option.value);
    } else {
      const index = (taken[field.name] = (taken[field.name] ?? -1) + 1);
      if (index < list.length) field.value = list[index];
    }
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function parse(text) {
  try {
    const kept = JSON.parse(text);
    return kept && Date.now() - kept.at < LONGEST_MS ? kept : null;
  } catch {
    return null;
  }
}

const load = (key) => parse(localStorage.getItem(PREFIX + key));

function save(key, kept) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(kept));
    return true;
  } catch {
    return false; // storage is full or forbidden: typing goes on, only without the net
  }
}

const forget = (key) => localStorage.removeItem(PREFIX + key);

function note(form, kept, given) {
  const box = document.createElement("div");
  box.className = "kept-note";
  box.setAttribute("role", "status");
  const when = new Date(kept.at);
  const two = (n) => String(n).padStart(2, "0");
  const time = `${two(when.getHours())}:${two(when.getMinutes())}, ${two(when.getDate())}/${two(when.getMonth() + 1)}`;
  const text = document.createElement("span");
  text.textContent = word("restored", { time });
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "btn btn-plain btn-small";
  undo.textContent = word("discard");
  undo.addEventListener("click", () => {
    write(form, given);
    forget(form.dataset.keep);
    box.remove();
  });
  box.append(text, undo);
  form.prepend(box);
}

// The server holds what comes after the end of a session; what is kept here it need not hold (app/accounts/views/held.py).
function tellServer(form) {
  if (form.elements._kept) return;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "_kept";
  field.value = "1";
  form.append(field);
}

function keep(form) {
  const key = form.dataset.keep;
  const kept = load(key);
  const refused = Boolean(form.querySelector('[aria-invalid="true"], [data-error-summary]'));
  // A form that came back with mistakes holds what was sent. A fresh one will hold that too where the server keeps a
  // draft, and elsewhere what the first one held.
  const drafted = form.hasAttribute("data-desk");
  let given = refused && kept && !drafted ? kept.given : read(form);
  if (refused) {
    if (drafted) forget(key);
    else if (kept) save(key, { ...kept, values: read(form), sent: false });
  } else if (kept?.sent) {
    // The form went out and the server gave a fresh one without complaint: what was kept has arrived.
    forget(key);
  } else if (kept) {
    const typed = Object.entries(kept.values).filter(
      ([name, value]) => !same(value, kept.given[name]) && same(kept.given[name], given[name]));
    if (typed.length) {
      write(form, Object.fromEntries(typed));
      note(form, kept, given);
    }
  }

  let timer;
  const store = (sent = false) => {
    clearTimeout(timer);
    const values = read(form);
    if (same(values, given) && !sent) forget(key);
    else save(key, { at: Date.now(), given, values, sent });
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(store, PAUSE_MS); });
  // The server keeps a draft of its own and has taken what is typed: from now on that is what the page was given.
  form.addEventListener("server-has-it", (event) => {
    for (const [name, value] of Object.entries(event.detail)) if (name in given) given[name] = [value];
    if (!form.dataset.sent) store();
  });
  form.addEventListener("submit", () => { store(true); tellServer(form); });
  window.addEventListener("pagehide", () => { if (timer && !form.dataset.sent) store(); });
}

// ---- parts of a page that htmx sends: where the session ended, the page leaves for the sign-in and comes back
function keepUnsent(form) {
  if (!form?.id) return;
  save(`unsent:${form.id}`, { at: Date.now(), values: read(form), revision: form.elements.revision?.value });
}

function takeUp() {
  const unsent = `${PREFIX}unsent:`;
  for (const name of Object.keys(localStorage).filter((key) => key.startsWith(unsent))) {
    const form = document.getElementById(name.slice(unsent.length));
    const kept = parse(localStorage.getItem(name));
    if (!form || !kept) continue;
    localStorage.removeItem(name);
    // What somebody else has changed meanwhile is not overwritten.
    if (kept.revision !== form.elements.revision?.value) continue;
    const given = read(form);
    note(form, kept, given);
    write(form, kept.values);
  }
}

document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status === 401) keepUnsent(event.detail.elt.closest("form"));
});

// A page that says "not received" (sign-in, errors) comes when a form was on its way and did not arrive: what was
// just sent is then no longer "sent". What was sent long ago did arrive, and what is old is swept away.
function sweep(notReceived) {
  const keys = Object.keys(localStorage).filter((name) => name.startsWith("kept:"));
  for (const name of keys) {
    const kept = parse(localStorage.getItem(name));
    if (!kept || (kept.sent && Date.now() - kept.at > ON_ITS_WAY_MS)) localStorage.removeItem(name);
    else if (kept.sent && notReceived) localStorage.setItem(name, JSON.stringify({ ...kept, sent: false }));
  }
}

try {
  sweep(document.querySelector('meta[name="kept"][content="not-received"]'));
  const forms = document.querySelectorAll("form[data-keep]");
  forms.forEach(keep);
  // Once htmx has taken its forms into care, so that what is put back is saved by them.
  document.addEventListener("DOMContentLoaded", takeUp);
  if (forms.length) window.addEventListener("offline", () => showToast(word("offline"), "offline"));
} catch {
  // A browser that forbids storage altogether: forms work, nothing is kept.
}
