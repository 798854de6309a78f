// What pages do more where scripts run: a part that says "data-again" is read anew until it says so no longer; whatever
// somebody has typed beside it stays. What the bar has opened closes with Escape, and wherever else somebody goes.
(() => {
  "use strict";
  const again = async () => {
    const part = document.querySelector("[data-again]");
    if (!part) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      const read = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = read.getElementById(part.id);
      if (!now) {
        location.replace(location.href);
        return;
      }
      part.replaceWith(document.adoptNode(now));
    } catch {
      // The service does not answer just now; the next time may be better.
    }
    wait();
  };
  const wait = () => {
    const part = document.querySelector("[data-again]");
    if (part) setTimeout(again, 1000 * Number(part.dataset.again));
  };
  wait();

  const opened = () => document.querySelectorAll(".bar-top details[open]");
  const closeAround = (event) => {
    for (const one of opened()) if (!one.contains(event.target)) one.open = false;
  };
  document.addEventListener("click", closeAround);
  document.addEventListener("focusin", closeAround);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const one of opened()) {
      one.open = false;
      one.querySelector("summary").focus();
    }
  });
})();
