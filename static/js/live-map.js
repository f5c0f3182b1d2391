// The live map: listens to the visit's events, asks every few seconds where it cannot listen, and says all of it in words.
// The page's own words come from the server; this file has none.

const ASK_EVERY = 5000;
// How often it looks whether a map that ended is there again.
const LOOK_AGAIN = 15000;
// Pixels between the places and the edges; the labels stand at the right.
const EDGE = [40, 40];
const LABEL_EDGE = [120, 40];
const WORDS = ["who", "arrival", "distance", "signal", "reason", "age", "accuracy", "notice"];

function drawMap(box) {
  const L = window.L;
  box.hidden = false;
  const map = L.map(box, { zoomControl: true, attributionControl: Boolean(box.dataset.credit), keyboard: true });
  if (box.dataset.credit) map.attributionControl.setPrefix(false);
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { attribution: escapeText(box.dataset.credit), maxZoom: 19 }).addTo(map);
  L.control.scale().addTo(map);
  const view = { map, L, box, pane: { interactive: false }, layers: {}, isFree: false };
  // Who moves the map by hand keeps it where it is.
  for (const name of ["pointerdown", "wheel", "keydown"]) {
    box.addEventListener(name, () => (view.isFree = true), { capture: true, passive: true });
  }
  return view;
}

function escapeText(text) {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML;
}

function point(view, name, place, options) {
  if (!place) return;
  const { L, map, layers, pane, box } = view;
  if (layers[name]) layers[name].setLatLng(place);
  else layers[name] = L.circleMarker(place, { ...pane, className: `live-${name}`, fillOpacity: 0.9, weight: 3, radius: 9, ...options }).addTo(map);
  layers[name].getTooltip() ?? layers[name].bindTooltip(escapeText(box.dataset[name]), { permanent: true, direction: "right", offset: [10, 0] });
}

function show(view, state) {
  const { L, map, layers, pane } = view;
  point(view, "site", state.site, { radius: 8 });
  point(view, "technician", state.position, { fillOpacity: state.is_lost ? 0.3 : 0.9 });
  layers.technician?.setStyle({ fillOpacity: state.is_lost ? 0.3 : 0.9 });
  if (state.position) {
    const reach = state.accuracy_metres ?? 0;
    layers.reach ??= L.circle(state.position, { ...pane, className: "live-reach", weight: 1, fillOpacity: 0.12, radius: reach }).addTo(map);
    layers.reach.setLatLng(state.position).setRadius(reach);
  }
  const ends = [state.site, state.position].filter(Boolean);
  if (ends.length === 2) {
    layers.line ??= L.polyline(ends, { ...pane, className: "live-line", dashArray: "6 8", weight: 2 }).addTo(map);
    layers.line.setLatLngs(ends);
  }
  if (!ends.length) return;
  if (!view.isFree) map.fitBounds(L.latLngBounds(ends), { paddingTopLeft: EDGE, paddingBottomRight: LABEL_EDGE, maxZoom: 16, animate: false });
}

function say(root, state) {
  for (const name of WORDS) {
    const place = root.querySelector(`[data-live-text=${name}]`);
    if (!place) continue;
    const text = state[name] ?? "";
    if (place.textContent !== text) place.textContent = text;
    place.hidden = !text;
  }
  root.dataset.at = state.at ?? "";
}

function follow(root) {
  const box = root.querySelector("[data-map]");
  const view = window.L ? drawMap(box) : null;
  let asking = 0;
  let isOver = false;

  function take(state) {
    if (isOver && state.is_live) {
      location.reload();
      return;
    }
    say(root, state);
    if (view && state.is_live) show(view, state);
    if (state.is_live) return;
    isOver = true;
    clearInterval(asking);
    box.hidden = true;
    if (state.may_return) setTimeout(ask, LOOK_AGAIN);
  }

  async function ask() {
    try {
      const answer = await fetch(root.dataset.stateUrl, { headers: { Accept: "application/json" } });
      if (answer.ok) take(await answer.json());
      else if (answer.status === 404) location.reload();
    } catch {
      // No connection: the next time asks again, and the position on the page grows old in words.
      if (isOver) setTimeout(ask, LOOK_AGAIN);
    }
  }

  function askOften() {
    asking ||= setInterval(ask, ASK_EVERY);
    ask();
  }

  if (!("EventSource" in window)) return askOften();
  const stream = new EventSource(root.dataset.events);
  stream.addEventListener("state", (event) => take(JSON.parse(event.data)));
  stream.addEventListener("over", (event) => {
    stream.close();
    take(JSON.parse(event.data));
  });
  stream.addEventListener("error", () => {
    // The browser connects again by itself unless the server refused.
    if (stream.readyState === EventSource.CLOSED) askOften();
  });
}

// A page opened too early opens its map when there is one, and says so when there will be none.
function wait(root) {
  setInterval(async () => {
    try {
      const answer = await fetch(root.dataset.stateUrl, { headers: { Accept: "application/json" } });
      if (answer.status === 404) return location.reload();
      if (!answer.ok) return;
      const state = await answer.json();
      if (state.is_live || !state.may_return) location.reload();
    } catch {
      // No connection: the next time asks again.
    }
  }, LOOK_AGAIN);
}

for (const root of document.querySelectorAll("[data-live]")) follow(root);
for (const root of document.querySelectorAll("[data-live-wait]")) wait(root);
