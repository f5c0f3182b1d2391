// Comfort on top of pages that work without it: theme switch, menus, dialogs, focus after a swap,
// no double submit, arrow keys in the month. No inline code, no eval.

const root = document.documentElement;

function chooseTheme(form, choice) {
  root.dataset.theme = choice;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${choice}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  for (const button of form.querySelectorAll("button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === choice));
  }
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}

function say(text) {
  const toast = document.querySelector("[data-toast]");
  if (!toast) return;
  toast.querySelector("[data-toast-text]").textContent = text;
  toast.hidden = false;
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("a, button, summary, [data-close]");
  closeMenus(event.target);
  if (!target) return;
  if (target.matches("[aria-disabled=true]")) {
    event.preventDefault();
    return;
  }
  const dialog = target.dataset.dialog && document.getElementById(target.dataset.dialog);
  if (dialog instanceof HTMLDialogElement) {
    event.preventDefault();
    dialog.showModal();
  } else if (target.matches("[data-close]")) {
    event.preventDefault();
    (target.closest("dialog") ?? { close: () => (target.closest("[data-toast]").hidden = true) }).close();
  } else if (target.matches("[data-print]")) {
    window.print();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector("details.menu[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  }
  const day = event.target.closest?.(".month-grid a.day");
  if (day) moveInMonth(event, day);
});

function moveInMonth(event, day) {
  const days = [...day.closest(".month-grid").querySelectorAll("a.day")];
  const forward = getComputedStyle(day).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const backward = forward === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
  const column = (each) => each.closest("td").cellIndex;
  const here = days.indexOf(day);
  const below = days.slice(here + 1).find((each) => column(each) === column(day));
  const above = days.slice(0, here).reverse().find((each) => column(each) === column(day));
  const next = {
    [forward]: days[here + 1],
    [backward]: days[here - 1],
    ArrowDown: below,
    ArrowUp: above,
    Home: days[0],
    End: days.at(-1),
  }[event.key];
  if (next) {
    event.preventDefault();
    next.focus();
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (button?.name === "theme") {
    event.preventDefault();
    chooseTheme(form, button.value);
    return;
  }
  if (form.method !== "post" || form.matches("[hx-post], [data-hx-post]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  button?.setAttribute("aria-busy", "true");
  // An answer that is a file leaves the page where it is: after a while the form may be sent again.
  setTimeout(() => release(form), 8000);
});

function release(form) {
  delete form.dataset.sent;
  form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
}

// A page that comes back from the history may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    release(form);
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-upload] input[type=file]")) checkFiles(event.target);
  const form = event.target.closest("form[data-autosubmit]");
  if (form) form.requestSubmit();
});

// A file that is too large is said before it is sent; the server checks again.
function checkFiles(input) {
  const field = input.closest("[data-upload]");
  const limit = Number(field.dataset.maxBytes ?? 0);
  const large = limit ? [...input.files].filter((file) => file.size > limit) : [];
  const together = [...input.files].reduce((sum, file) => sum + file.size, 0);
  const total = Number(field.dataset.maxTotal ?? 0);
  let text = large.length ? `${field.dataset.tooLarge} ${large.map((file) => file.name).join(", ")}` : "";
  if (!text && total && together > total) text = field.dataset.tooMuch;
  const note = field.querySelector("[data-upload-error]");
  note.textContent = text;
  note.hidden = !text;
  input.setCustomValidity(text);
}

for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const area = event.target.closest?.(".upload-area");
    if (!area) return;
    area.classList.toggle("is-over", name === "dragover");
    if (event.target.matches("input[type=file]")) return;
    event.preventDefault();
    const input = area.querySelector("input[type=file]");
    const files = event.dataTransfer?.files;
    if (name !== "drop" || !files?.length || (files.length > 1 && !input.multiple)) return;
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// htmx: the CSRF proof comes from the page, a failure is said, focus goes where the answer asks for it.
document.addEventListener("htmx:configRequest", (event) => {
  const proof = document.querySelector("meta[name=csrf-token]")?.content;
  if (proof && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = proof;
});

document.addEventListener("htmx:beforeRequest", (event) => {
  event.detail.target?.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:afterRequest", (event) => {
  event.detail.target?.removeAttribute("aria-busy");
});

document.addEventListener("htmx:afterSettle", (event) => {
  const scope = event.detail.elt;
  const wanted = scope.matches?.("[data-focus]") ? scope : scope.querySelector?.("[data-focus]");
  if (!wanted) return keepFocus(scope);
  if (!wanted.hasAttribute("tabindex") && wanted.tabIndex < 0) wanted.tabIndex = -1;
  wanted.focus({ preventScroll: false });
});

// What had the focus has it again after a swap, so that arrow keys and Tab go on from there.
let focused = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  const active = document.activeElement;
  const inside = active !== document.body && event.detail.target?.contains(active);
  const key = active?.dataset.focusKey;
  const selector = key ? `[data-focus-key="${CSS.escape(key)}"]` : active?.id && `#${CSS.escape(active.id)}`;
  focused = inside ? { selector, byKeyboard: active.matches(":focus-visible") } : null;
});

function keepFocus(scope) {
  if (!focused || document.activeElement !== document.body) return;
  let found = (focused.selector && scope.querySelector?.(focused.selector)) || scope;
  const folded = found.closest("details:not([open])");
  if (folded && focused.byKeyboard) folded.open = true;
  else if (folded) found = folded.querySelector("summary");
  if (found === scope) found.tabIndex = -1;
  focused = null;
  found.focus({ preventScroll: true });
}

// What was typed into a field marked data-keep outlives a lost session: in this tab, until it is sent or the person
// leaves the pages marked data-keep-here, and never for anybody else.
const KEPT = "kept";
const person = document.querySelector("[data-person]")?.dataset.person;

function kept() {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
}

if (person && (kept()?.person !== person || !document.querySelector("[data-keep-here]"))) {
  sessionStorage.removeItem(KEPT);
}

for (const field of document.querySelectorAll("[data-keep]")) {
  if (!field.value) field.value = kept()?.texts[field.dataset.keep] ?? "";
}

document.addEventListener("input", (event) => {
  const name = event.target.dataset.keep;
  if (!name || !person) return;
  sessionStorage.setItem(KEPT, JSON.stringify({ person, texts: { ...kept()?.texts, [name]: event.target.value } }));
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-forget]")) sessionStorage.removeItem(KEPT);
});

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => say(document.body.dataset.failed ?? ""));
}

const summary = document.querySelector("[data-error-summary]");
summary?.focus();
