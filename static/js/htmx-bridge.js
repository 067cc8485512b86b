// The only place that listens to htmx: failures in words, focus after a swap, the status region.

const banner = () => document.getElementById("banner");

function tell(kind) {
  const region = banner();
  if (region) region.textContent = kind ? (region.dataset[kind] ?? "") : "";
}

function kindOf(status) {
  if (status === 401) return "signedOut";
  if (status === 403 || status === 404) return "refused";
  if (status === 409) return "conflict";
  return "server";
}

document.addEventListener("htmx:sendError", () => tell("offline"));
document.addEventListener("htmx:timeout", () => tell("timeout"));
document.addEventListener("htmx:responseError", (event) => tell(kindOf(event.detail.xhr.status)));
document.addEventListener("htmx:afterOnLoad", () => tell(""));
window.addEventListener("offline", () => tell("offline"));
window.addEventListener("online", () => tell(""));

document.addEventListener("htmx:beforeRequest", (event) => {
  event.detail.target?.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:afterRequest", (event) => {
  event.detail.target?.removeAttribute("aria-busy");
});

// Focus follows only a marker inside what was swapped, so nobody typing elsewhere is disturbed.
document.addEventListener("htmx:afterSettle", (event) => {
  const marked = event.detail.elt?.querySelector?.("[data-focus]");
  if (!marked) return;
  marked.removeAttribute("data-focus");
  marked.focus();
});

// A fragment may carry a sentence for the status region: <span data-announce>Gemt</span>.
document.addEventListener("htmx:afterSwap", (event) => {
  const said = event.detail.elt?.querySelector?.("[data-announce]");
  const status = document.getElementById("status");
  if (said && status) status.textContent = said.textContent;
});

// A page that the browser took out of its memory may be another person's: fetch it anew.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
