// Keeps the page up to date and lets its commands be copied. Without this script the page shows the same; it has
// to be loaded again to show what is new.

const PAUSE = 1000;
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

async function refresh() {
  try {
    const answer = await fetch("/", { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    mergeRequests(page.getElementById("list"));
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

addCopyButtons();
setInterval(() => document.visibilityState === "visible" && refresh(), PAUSE);
