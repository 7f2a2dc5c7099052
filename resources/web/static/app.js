// What pages gain with JavaScript: keys, the CSRF header of htmx requests, the offline bar.
"use strict";

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.closest("input, select, textarea");
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    document.getElementById("top-search")?.select();
  } else if (event.key === "/" && !typing) {
    const field = document.querySelector("[data-filter]") || document.getElementById("top-search");
    if (field) {
      event.preventDefault();
      field.select();
    }
  }
});

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token && event.detail.verb !== "get") {
    event.detail.headers["X-CSRF-Token"] = token.content;
  }
});

const showOffline = (away) => {
  const bar = document.getElementById("offline");
  if (bar) bar.hidden = !away;
};
document.addEventListener("htmx:sendError", () => showOffline(true));
document.addEventListener("htmx:timeout", () => showOffline(true));
document.addEventListener("htmx:afterOnLoad", () => showOffline(false));
window.addEventListener("offline", () => showOffline(true));
window.addEventListener("online", () => showOffline(false));
