// Keeps the page up to date and lets its commands be copied. Without this script the page shows the same; it has
// to be loaded again to show what is new.

/** At most so often, in milliseconds, whatever comes. */
const PAUSE = 250;
const live = document.getElementById("live");
const list = document.getElementById("list");

document.documentElement.classList.add("live");

/** Takes over new requests and drops old ones; those that stay keep their focus and whether they are open. */
function mergeRequests(next) {
  const wanted = new Set();
  for (const item of [...next.children].reverse()) {
    wanted.add(item.id);
    if (!document.getElementById(item.id)) {
      const fresh = document.importNode(item, true);
      fresh.classList.add("fresh");
      list.prepend(fresh);
    }
  }
  for (const item of [...list.children]) {
    if (!wanted.has(item.id)) item.remove();
  }
}

function replaceIfChanged(id, page) {
  const now = document.getElementById(id);
  const next = page.getElementById(id);
  if (now.innerHTML !== next.innerHTML) {
    now.replaceChildren(...[...next.childNodes].map((node) => document.importNode(node, true)));
  }
}

/** Whether nobody wants to see what is new. */
const isAway = () => document.visibilityState !== "visible" || pause.getAttribute("aria-pressed") === "true";

async function refresh() {
  try {
    const answer = await fetch("/", { headers: { Accept: "text/html" } });
    const text = await answer.text();
    if (isAway()) {
      missed = true;
      return;
    }
    const page = new DOMParser().parseFromString(text, "text/html");
    mergeRequests(page.getElementById("list"));
    filter();
    replaceIfChanged("live", page);
    replaceIfChanged("now", page);
  } catch {
    live.textContent = "The sandbox does not answer any more.";
  }
}

function addCopyButtons() {
  for (const [at, command] of document.querySelectorAll("pre.curl").entries()) {
    command.id = `command-${at}`;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-describedby", command.id);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(command.textContent);
        button.textContent = "Copied";
      } catch {
        // Where a page may not write to the clipboard, the command is selected instead.
        getSelection().selectAllChildren(command);
        button.textContent = "Selected";
      }
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    command.after(button);
  }
}

const wanted = document.getElementById("filter");
const pause = document.getElementById("pause");

/** Hides the requests that do not have every word of the filter. */
function filter() {
  const words = wanted.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of list.children) {
    const text = item.querySelector("summary").textContent.toLowerCase();
    item.hidden = !words.every((word) => text.includes(word));
  }
}

let waiting = false;
let missed = false;

/** Looks again soon, once for all that is told until then; not while the page is not looked at, or paused. */
function news() {
  if (isAway()) {
    missed = true;
  } else if (!waiting) {
    waiting = true;
    setTimeout(() => {
      waiting = false;
      refresh();
    }, PAUSE);
  }
}

function catchUp() {
  if (missed) {
    missed = false;
    news();
  }
}

pause.addEventListener("click", () => {
  const paused = pause.getAttribute("aria-pressed") !== "true";
  pause.setAttribute("aria-pressed", paused);
  pause.textContent = paused ? "Go on" : "Pause";
  catchUp();
});
document.addEventListener("visibilitychange", catchUp);
wanted.addEventListener("input", filter);
document.querySelector("form[action='/reset']").addEventListener("submit", (event) => {
  const asked = "Make everything as it was at start? State, requests, faults, expectations and settings are forgotten.";
  if (!confirm(asked)) event.preventDefault();
});

addCopyButtons();
const events = new EventSource("/events");
// Also when it is there again: another sandbox may have taken its place.
events.addEventListener("open", news);
events.addEventListener("message", news);
// Windows end and writes finish without anybody's request.
setInterval(news, 10_000);
events.addEventListener("error", () => (live.textContent = "The sandbox does not answer any more."));
