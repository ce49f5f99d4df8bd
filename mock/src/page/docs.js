// Sends what the forms of the reference ask for, to the sandbox that served this page, and shows the answer.

document.documentElement.classList.add("live");

const key = document.getElementById("key");

/** A field's text as the type that the document names. */
function typed(field) {
  const { value } = field;
  if (["integer", "number", "boolean", "array", "object"].includes(field.dataset.type)) {
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  }
  return value;
}

function chosen(form) {
  const sets = [...form.querySelectorAll("fieldset")];
  return sets.find((set) => set.querySelector("input[type=radio]:checked")) ?? sets[0];
}

/** Only the fields of the chosen kind of body are sent, and asked for. */
function choose(form) {
  const one = chosen(form);
  for (const set of form.querySelectorAll("fieldset")) {
    for (const field of set.querySelectorAll("[data-name]")) field.disabled = set !== one;
  }
}

function request(form) {
  const headers = new Headers();
  if (key?.value) headers.set(key.dataset.header, key.value);
  let path = form.dataset.path;
  const query = new URLSearchParams();
  let body;
  const set = chosen(form);
  if (set) {
    const isJson = set.dataset.media.endsWith("json");
    body = isJson ? {} : new FormData();
    for (const field of set.querySelectorAll("[data-name]")) {
      const value = field.type === "file" ? field.files[0] : typed(field);
      if (value === undefined || value === "") continue;
      if (isJson) body[field.dataset.name] = value;
      else body.append(field.dataset.name, value);
    }
    if (isJson) {
      headers.set("Content-Type", set.dataset.media);
      body = JSON.stringify(body);
    } else if (set.dataset.media === "application/x-www-form-urlencoded") {
      body = new URLSearchParams(body);
    }
  }
  for (const field of form.querySelectorAll(":scope > .field [data-name]")) {
    const { place, name } = field.dataset;
    if (place === "path") path = path.replace(`{${name}}`, () => encodeURIComponent(field.value));
    else if (field.value === "") continue;
    else if (place === "query") query.set(name, field.value);
    else headers.set(name, field.value);
  }
  const target = query.size ? `${path}?${query}` : path;
  return [target, { method: form.dataset.method, headers, body }];
}

function shown(tag, text, name) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (name) element.className = name;
  return element;
}

async function send(form) {
  const place = form.querySelector(".answer");
  const began = performance.now();
  try {
    const [target, options] = request(form);
    const answer = await fetch(target, options);
    const text = await answer.text();
    const took = Math.round(performance.now() - began);
    let body = text;
    try {
      body = JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      // It is shown as it came.
    }
    const line = shown("p", "");
    line.append(
      shown("span", answer.status, `status of-${Math.floor(answer.status / 100)}xx`),
      shown("span", ` ${options.method} ${target} in ${took} ms`, "meta"),
    );
    const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    place.replaceChildren(line, shown("pre", headers), shown("pre", body));
  } catch (error) {
    place.replaceChildren(shown("p", `No answer came: ${error.message}`, "hint"));
  }
}

for (const form of document.querySelectorAll("form.attempt")) {
  choose(form);
  form.addEventListener("change", () => choose(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
