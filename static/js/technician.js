// The technician's phone: steps made without a connection are kept and sent once, in order, when it is back; on the way
// the position is sent. Every step carries a number of its own and its own time, so that sending twice does nothing.

const main = document.querySelector("[data-phone]");
const box = document.querySelector("[data-offline-box]");
const alertBox = document.querySelector("[data-phone-alert]");
const STORE = `callout-steps-${main?.dataset.phone}`;
const SEND_EVERY = 20000;
const SIGN_IN = "/accounts/login/";
const FIX_EVERY = 2000;

function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function waiting() {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? "[]");
  } catch {
    return [];
  }
}

function keep(steps) {
  localStorage.setItem(STORE, JSON.stringify(steps));
  list();
}

function complain(text) {
  alertBox.textContent = text;
  alertBox.hidden = !text;
}

// What waits is listed; the buttons are those that follow from it.
function list() {
  const steps = waiting();
  box.hidden = !steps.length;
  box.querySelector("[data-waiting]").replaceChildren(
    ...steps.map((each) => {
      const line = document.createElement("li");
      const time = new Date(each.fields.at).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
      line.textContent = `${time} · ${each.label}`;
      return line;
    }),
  );
  const visit = document.querySelector("[data-visit]");
  if (!visit) return;
  const mine = steps.filter((each) => each.visit === visit.dataset.visit);
  const state = mine.at(-1)?.to ?? visit.dataset.state;
  for (const each of document.querySelectorAll("[data-shown-in]")) {
    each.hidden = !each.dataset.shownIn.split(" ").includes(state);
  }
}

const typedOn = (visit) => `${STORE}-typed-${visit}`;

// What was typed and not taken outlives a new load of the page: values by the ids of their fields.
function keepTyped(visit, values) {
  const before = JSON.parse(sessionStorage.getItem(typedOn(visit)) ?? "{}");
  sessionStorage.setItem(typedOn(visit), JSON.stringify({ ...before, ...values }));
}

// Back into the fields; what has no field any more is offered as a note.
function restoreTyped() {
  const visit = document.querySelector("[data-visit]")?.dataset.visit;
  if (!visit) return;
  const homeless = [];
  for (const [id, value] of Object.entries(JSON.parse(sessionStorage.getItem(typedOn(visit)) ?? "{}"))) {
    const field = document.getElementById(id);
    if (field && !field.closest("[hidden]")) field.value = value;
    else if (value) homeless.push(value);
  }
  const note = document.getElementById("id_text");
  note.value = [...homeless, note.value].filter(Boolean).join("\n");
  sessionStorage.removeItem(typedOn(visit));
}

function reload() {
  const visit = document.querySelector("[data-visit]")?.dataset.visit;
  const typed = [...document.querySelectorAll("main textarea, main input[type=text]")].filter((each) => each.value !== each.defaultValue);
  if (visit) keepTyped(visit, Object.fromEntries(typed.map((each) => [each.id, each.value])));
  location.reload();
}

function refuse(step, text) {
  const told = [sessionStorage.getItem(`${STORE}-refused`), `${box.dataset.refused} ${step.label}. ${text}`];
  sessionStorage.setItem(`${STORE}-refused`, told.filter(Boolean).join(" "));
  const { resolution, note } = step.fields;
  if (resolution || note) keepTyped(step.visit, { id_resolution: resolution, id_note: note });
}

async function freshToken() {
  const answer = await fetch("/tech/", { headers: { Accept: "text/html" }, cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("meta[name=csrf-token]")?.content ?? "";
}

function token() {
  return document.querySelector("meta[name=csrf-token]")?.content ?? "";
}

function post(step, csrf) {
  const body = new URLSearchParams(step.fields);
  return fetch(step.url, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": csrf } });
}

const isAnswer = (answer) => (answer.headers.get("Content-Type") ?? "").startsWith("application/json");

// One step to the server: "sent", "refused" with the reason, or "later".
async function send(step) {
  try {
    let answer = await post(step, token());
    if (answer.status === 403 && !isAnswer(answer)) answer = await post(step, await freshToken());
    if (new URL(answer.url).pathname === SIGN_IN) return { what: "later", text: box.dataset.signIn };
    if (!isAnswer(answer)) return answer.status === 404 ? { what: "refused", text: "" } : { what: "later" };
    const { message } = await answer.json();
    return answer.ok ? { what: "sent" } : { what: "refused", text: message };
  } catch {
    return { what: "later" };
  }
}

let isSending = false;

async function sendAll() {
  if (isSending) return;
  isSending = true;
  let sent = 0;
  try {
    for (let steps = waiting(); steps.length; steps = waiting()) {
      const result = await send(steps[0]);
      if (result.what === "later") {
        if (result.text) complain(result.text);
        break;
      }
      keep(waiting().filter((each) => each.fields.key !== steps[0].fields.key));
      sent += 1;
      if (result.what === "refused") refuse(steps[0], result.text);
    }
  } finally {
    isSending = false;
  }
  if (sent && !waiting().length) reload();
}

// One tab sends at a time.
const flush = () => (navigator.locks ? navigator.locks.request(STORE, { ifAvailable: true }, (lock) => lock && sendAll()) : sendAll());

function take(event) {
  const form = event.target;
  if (form.matches("[data-online-only]") && !navigator.onLine) {
    event.preventDefault();
    complain(box.dataset.needsConnection);
    return;
  }
  if (!form.matches("[data-step-form]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = event.submitter ?? form.querySelector("button[name=step]");
  const needed = form.elements[button.dataset.needs];
  const isMissing = Boolean(needed && !needed.value.trim());
  const missing = form.querySelector("[data-missing]");
  if (missing) missing.hidden = !isMissing;
  if (isMissing) {
    needed.focus();
    return;
  }
  const fields = Object.fromEntries(new FormData(form));
  delete fields.csrfmiddlewaretoken;
  Object.assign(fields, { step: button.value, key: newKey(), at: new Date().toISOString() });
  const visit = document.querySelector("[data-visit]").dataset.visit;
  keep([...waiting(), { url: form.action, fields, visit, to: button.dataset.to, label: button.textContent.trim() }]);
  // The words are kept with the step.
  form.reset();
  flush();
}

function track(booking) {
  const line = document.querySelector("[data-tracking]");
  let last = 0;
  line.hidden = false;
  line.textContent = line.dataset.shared;
  navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => {
      if (Date.now() - last < FIX_EVERY) return;
      last = Date.now();
      const at = new Date(timestamp).toISOString();
      const body = JSON.stringify({ booking, lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy, at });
      const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
      fetch(main.dataset.position, { method: "POST", body, headers }).catch(() => {});
    },
    () => (line.textContent = line.dataset.refused),
    { enableHighAccuracy: true, maximumAge: 1000, timeout: 30000 },
  );
  // A phone that sleeps tells nothing.
  const stayAwake = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => {});
  document.addEventListener("visibilitychange", stayAwake);
  stayAwake();
}

// The first visit of a page is not seen by the worker: it, the day's visits and what they need are kept at once.
async function provide() {
  await navigator.serviceWorker.ready;
  const kept = await caches.open("callout-tech");
  const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((each) => each.href || each.src);
  const visits = [...document.querySelectorAll("a[href^='/tech/visits/']")].slice(0, 20).map((each) => each.href);
  await Promise.allSettled([location.pathname, "/tech/", ...visits, ...parts].map((each) => kept.add(each)));
  main.dataset.provided = "1";
}

if (main) {
  document.addEventListener("submit", take, true);
  addEventListener("online", flush);
  setInterval(flush, SEND_EVERY);
  list();
  complain(sessionStorage.getItem(`${STORE}-refused`) ?? "");
  sessionStorage.removeItem(`${STORE}-refused`);
  restoreTyped();
  flush();
  if (main.dataset.track && "geolocation" in navigator) track(main.dataset.track);
  navigator.serviceWorker?.register(main.dataset.worker, { scope: "/tech/" }).then(provide).catch(() => {});
}
