// Keeps the technician's pages as last seen, with their styles and scripts, so that they open without a connection.
// What is kept goes when the technician is no longer signed in.

const KEPT = "callout-tech";
const SIGN_IN = "/accounts/login/";
const PATIENCE = 6000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

function isKept(request, address) {
  if (request.method !== "GET" || address.origin !== self.location.origin) return false;
  return request.mode === "navigate" ? address.pathname.startsWith("/tech/") : /^\/(static\/|brand\.css)/.test(address.pathname);
}

async function answer(request) {
  const kept = await caches.open(KEPT);
  try {
    const fresh = await fetch(request, request.mode === "navigate" ? { signal: AbortSignal.timeout(PATIENCE) } : {});
    if (new URL(fresh.url).pathname === SIGN_IN || fresh.status === 404) await caches.delete(KEPT);
    else if (fresh.ok && !fresh.redirected) await kept.put(request, fresh.clone());
    return fresh;
  } catch (error) {
    const found = await kept.match(request, { ignoreVary: true });
    if (found) return found;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  if (isKept(event.request, new URL(event.request.url))) event.respondWith(answer(event.request));
});
