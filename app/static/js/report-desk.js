/**
 * The form of a report: <form data-desk>. What is typed goes to the server's draft after each pause, files go up in
 * pieces that can be sent again, and what another officer types at the same time appears beside the field.
 * Without this script the same form works with its buttons.
 */
const PAUSE_MS = 900;
const PIECE = 512 * 1024;
const TRY_AGAIN_MS = [1000, 2000, 4000, 8000, 15000];
const NOT_TYPED = new Set(["given", "draft_revision", "asked", "kept", "form_key", "csrf_token", "files"]);

const form = document.querySelector("form[data-desk]");
const say = (name, values = {}) => Object.entries(values).reduce(
  (text, [key, value]) => text.replace(`{${key}}`, value), form.dataset[`words${name}`] ?? "");

// ---- what is typed -----------------------------------------------------------------------------------------
const typedNow = () => Object.fromEntries(
  [...new FormData(form)].filter(([name, value]) => !NOT_TYPED.has(name) && typeof value === "string"));
const unix = (text) => (text ?? "").replaceAll("\r\n", "\n");
let given = {};
let timer;
let saving = null;
let again = false;
let over = false; // somebody handed it in meanwhile

const stateLine = document.querySelector("[data-desk-state]");
const tell = (text) => { if (stateLine) stateLine.textContent = text; };

function changedFields() {
  const now = typedNow();
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => unix(value) !== unix(given[name])));
}

async function ask(url, options = {}) {
  const headers = { "X-CSRFToken": form.elements.csrf_token.value, Accept: "application/json", ...options.headers };
  const response = await fetch(url, { redirect: "manual", credentials: "same-origin", ...options, headers });
  if (response.type === "opaqueredirect") throw new SignedOut();
  return response;
}
class SignedOut extends Error {}

async function save() {
  clearTimeout(timer);
  timer = undefined;
  if (form.dataset.sent || over) return;
  if (saving) { again = true; return; }
  const fields = changedFields();
  const based = Object.fromEntries(Object.keys(fields).map((name) => [name, given[name] ?? ""]));
  saving = true;
  tell(say("Saving"));
  try {
    const response = await ask(form.dataset.draftUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ fields, given: based }),
    });
    if (response.status === 409) { gone(await response.json()); return; }
    if (!response.ok) throw new Error(String(response.status));
    take(await response.json(), fields);
  } catch (error) {
    tell(say(error instanceof SignedOut ? "SignedOut" : "Unsaved"));
    if (!(error instanceof SignedOut)) timer = setTimeout(save, 5000);
  } finally {
    saving = null;
    if (again) { again = false; save(); }
  }
}

function setField(name, value) {
  const field = form.elements[name];
  if (!field) return;
  if (field instanceof RadioNodeList) field.value = value;
  else field.value = value;
}

/** What the server holds now: fields that this page did not touch follow it. */
function take(draft, sent) {
  for (const [name, value] of Object.entries(draft.fields)) {
    const now = typedNow()[name];
    const touched = unix(now) !== unix(given[name]) && unix(now) !== unix(sent[name] ?? given[name]);
    if (!touched && unix(now) !== unix(value)) setField(name, value);
    given[name] = value;
  }
  form.elements.given.value = JSON.stringify(given);
  form.elements.draft_revision.value = draft.revision;
  form.dispatchEvent(new CustomEvent("server-has-it", { detail: draft.fields }));
  for (const box of form.querySelectorAll("[data-others]")) showOthers(box, draft.others);
  showFiles(draft.files);
  sums();
  if (draft.saved) tell(say(draft.by ? "SavedBy" : "Saved", { time: draft.saved, name: draft.by }));
}

function gone(answer) {
  over = true;
  const box = form.querySelector("[data-desk-gone]");
  box.textContent = answer.gone;
  box.hidden = false;
  tell("");
  clearTimeout(timer);
}

function showOthers(box, others) {
  const name = box.dataset.others;
  const mine = others.filter((one) => one.field === name);
  box.replaceChildren(...mine.map((one) => {
    const note = document.createElement("div");
    note.className = "other-note";
    const words = document.createElement("div");
    const who = document.createElement("p");
    who.textContent = one.words;
    const value = document.createElement("p");
    value.className = "prewrap other-value";
    value.textContent = one.value;
    const acts = document.createElement("p");
    acts.className = "row";
    for (const [what, label] of [["take", say("Take")], ["drop", say("Drop")]]) {
      const button = document.createElement("button");
      button.type = "submit";
      button.className = "btn-link";
      button.name = "choice";
      button.value = `${name}:${one.by}:${what}`;
      button.formAction = form.dataset.draftUrl + "/choose";
      button.textContent = label;
      acts.append(button);
    }
    words.append(who, value, acts);
    note.append(words);
    return note;
  }));
}

// ---- figures: what adds up ---------------------------------------------------------------------------------
function readFigure(text) {
  const plain = text.replace(/\s/g, "");
  if (!/^-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$/.test(plain)) return null;
  return Number(plain.replaceAll(".", "").replace(",", "."));
}
function sums() {
  for (const output of form.querySelectorAll("output[data-accrued]")) {
    const input = document.getElementById(output.htmlFor.value);
    const value = readFigure(input.value);
    const total = Number(output.dataset.accrued) + (value ?? 0);
    const digits = Number(input.dataset.decimals);
    output.textContent = total.toLocaleString("vi-VN", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }
}

// ---- files in pieces ---------------------------------------------------------------------------------------
const list = document.querySelector("[data-draft-files]");
const onTheirWay = new Map();

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit += 1) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});
function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = TABLE[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return ((sum ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
}

function row(name) {
  const item = document.getElementById("draft-file").content.firstElementChild.cloneNode(true);
  item.querySelector(".draft-file-name").textContent = name;
  list.append(item);
  return item;
}

/** A file that has arrived: its row says so and the form names it. The same file chosen again is in the draft once. */
function settle(item, file) {
  if (list.querySelector(`input[name="kept"][value="${file.id}"]`)) {
    item.remove();
    return;
  }
  const hidden = document.createElement("input");
  hidden.type = "hidden";
  hidden.name = "kept";
  hidden.value = file.id;
  item.prepend(hidden);
  item.querySelector(".draft-file-said").textContent = file.size;
  item.querySelector(".digest").textContent = `SHA-256 ${file.sha256}`;
  item.querySelector("progress")?.remove();
  const button = item.querySelector("[data-remove]");
  const remove = button.cloneNode(true);
  Object.assign(remove, { type: "submit", name: "remove_file", value: file.id, formAction: form.dataset.removeUrl });
  button.replaceWith(remove);
}

function showFiles(files) {
  const shown = new Map([...list.querySelectorAll('input[name="kept"]')].map((input) => [Number(input.value), input.closest("li")]));
  for (const file of files) if (!shown.has(file.id) && ![...onTheirWay.values()].includes(file.name)) settle(row(file.name), file);
  const there = new Set(files.map((file) => file.id));
  for (const [id, item] of shown) if (!there.has(id)) item.remove();
}

const wait = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

async function upload(file) {
  const item = row(file.name);
  const said = item.querySelector(".draft-file-said");
  const bar = item.querySelector("progress");
  const key = [...crypto.getRandomValues(new Uint8Array(18))].map((n) => n.toString(16).padStart(2, "0")).join("");
  let stopped = false;
  bar.hidden = false;
  onTheirWay.set(key, file.name);
  item.querySelector("[data-remove]").addEventListener("click", () => { stopped = true; onTheirWay.delete(key); item.remove(); });
  const url = `${form.dataset.uploadsUrl}/${key}`;
  let offset = null;
  let failures = 0;
  while (!stopped) {
    try {
      let response;
      if (offset === null) {
        response = await ask(form.dataset.uploadsUrl, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ key, name: file.name, size: file.size }),
        });
      } else {
        const piece = new Uint8Array(await file.slice(offset, offset + PIECE).arrayBuffer());
        if (offset + piece.length >= file.size) said.textContent = say("Checking");
        response = await ask(`${url}?offset=${offset}`, {
          method: "POST",
          headers: { "Content-Type": "application/octet-stream", "Upload-Checksum": crc32(piece) },
          body: piece,
        });
      }
      const answer = await response.json().catch(() => ({}));
      if (answer.file) {
        onTheirWay.delete(key);
        settle(item, answer.file);
        return;
      }
      if (answer.gone || answer.reason) {
        onTheirWay.delete(key);
        item.remove();
        if (answer.gone) gone(answer); else refuse(answer.reason);
        return;
      }
      if (answer.offset === undefined) throw new Error(String(response.status));
      offset = answer.offset;
      failures = 0;
      bar.value = (100 * offset) / file.size;
      said.textContent = say("Uploading", { n: Math.floor(bar.value) });
    } catch (error) {
      if (error instanceof SignedOut) { tell(say("SignedOut")); }
      said.textContent = say("Waiting", { n: Math.floor(bar.value) });
      offset = null; // the server says how far it came
      await wait(TRY_AGAIN_MS[Math.min(failures, TRY_AGAIN_MS.length - 1)]);
      failures += 1;
    }
  }
}

function refuse(reason) {
  const field = form.querySelector(".field-file");
  let box = document.getElementById("files-error");
  if (!box) {
    box = document.createElement("div");
    box.id = "files-error";
    box.className = "field-error";
    box.setAttribute("role", "alert");
    field.prepend(box);
  }
  const line = document.createElement("p");
  line.textContent = reason;
  box.append(line);
}

function start() {
  given = JSON.parse(form.elements.given.value || "{}");
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-figure]")) sums();
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  });
  form.addEventListener("change", (event) => {
    if (event.target.type === "file") {
      document.getElementById("files-error")?.remove();
      const files = [...event.target.files];
      event.target.value = "";
      files.forEach(upload);
      const names = form.querySelector("[data-drop-names]");
      if (names) names.textContent = "";
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  });
  // Before app.js marks the form as sent: files that are on their way are waited for.
  form.addEventListener("submit", (event) => {
    const handsIn = !event.submitter?.hasAttribute("formaction");
    if (handsIn && onTheirWay.size) {
      event.preventDefault();
      event.stopImmediatePropagation();
      tell(say("BusyFiles"));
    }
    clearTimeout(timer);
  }, true);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" ? form.elements.draft_revision.value !== "0" : timer) save();
  });
  window.addEventListener("online", save);
  sums();
  // What was kept on this machine and put back goes to the server too.
  if (Object.keys(changedFields()).length) timer = setTimeout(save, PAUSE_MS);
}

if (form) start();
