// Looks at the sandbox's page in a real browser: without JavaScript and with it, on a desk, on a phone, in the dark,
// by keyboard, and with axe-core's eyes.
//
//   mock/tests/page/run            starts the sandbox by `cargo run -- mock`
//   mock/tests/page/run URL        uses one that runs at URL (its root, such as http://127.0.0.1:4010/)
//
// It leaves screenshots in mock/tests/page/screenshots. The browser is the one that package-lock.json pins, where that
// one runs (Linux on x86_64); elsewhere, or if CHROMIUM names another, one of this machine.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import puppeteer from "puppeteer-core";

const folder = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const screenshots = join(folder, "screenshots");

/** The browser that was installed with this check, unpacked once into a folder of its own. */
async function installedChromium() {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const place = join(folder, "node_modules/.chromium");
  mkdirSync(place, { recursive: true });
  const before = { ...process.env };
  // It unpacks into the folder for temporary files, and brings the libraries and a font that a bare machine lacks if it
  // takes this one for such a machine. None of that is meant for anything else that is started from here.
  Object.assign(process.env, { TMPDIR: place, AWS_LAMBDA_JS_RUNTIME: "nodejs20.x" });
  try {
    const { default: chromium } = await import("@sparticuz/chromium");
    const executablePath = await chromium.executablePath();
    const fonts = join(place, "fonts.conf");
    writeFileSync(
      fonts,
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
        <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
        <dir>${place}/fonts</dir><cachedir>${place}/font-cache</cachedir></fontconfig>`,
    );
    const env = { ...before, LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH, FONTCONFIG_FILE: fonts };
    return { executablePath, headless: "shell", args: ["--no-zygote"], env };
  } finally {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

async function findChromium() {
  const installed = process.env.CHROMIUM ? undefined : await installedChromium();
  if (installed) return installed;
  const names = [process.env.CHROMIUM, "chromium", "chromium-browser", "google-chrome", "chrome"];
  for (const name of names.filter(Boolean)) {
    const found = spawnSync("sh", ["-c", 'command -v "$0"', name], { encoding: "utf8" });
    if (found.status === 0) return { executablePath: found.stdout.trim(), headless: true, args: [], env: process.env };
  }
  console.error(
    `The page was not looked at: the pinned Chromium is for Linux on x86_64, this is ${process.platform} on ` +
      `${process.arch}, and there is none of its own here. Install one, or name it in CHROMIUM.`,
  );
  process.exit(3);
}

/** The root of a running sandbox, and what stops it. */
async function startSandbox() {
  if (process.argv[2]) return { root: new URL("/", process.argv[2]).href, stop() {} };
  const sandbox = spawn("cargo", ["run", "--quiet", "--", "mock", "--addr", "127.0.0.1:0"], {
    cwd: join(folder, "../../.."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: sandbox.stdout })) {
    const url = line.match(/^listening on (\S+)$/)?.[1];
    assert(url, `expected the address on the first line, found: ${line}`);
    return { root: new URL("/", url).href, stop: () => sandbox.kill("SIGINT") };
  }
  throw new Error("the sandbox ended before it said where it listens");
}

const chromium = await findChromium();
const { root, stop } = await startSandbox();
const profile = mkdtempSync(join(tmpdir(), "xquik-mock-page-"));
mkdirSync(screenshots, { recursive: true });

const browser = await puppeteer.launch({
  executablePath: chromium.executablePath,
  userDataDir: profile,
  headless: chromium.headless,
  env: chromium.env,
  args: [
    ...chromium.args,
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // So that a page of another origin can be opened that is served from here.
    "--host-resolver-rules=MAP elsewhere.example 127.0.0.1",
  ],
});

const attack = "<img src=x onerror=\"document.title='taken over'\">";
const code = "86420975";

/** Sends a request to the API, as a client would. */
async function send(method, path, body, headers = {}) {
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(new URL(`api/v1${path}`, root), {
    method,
    headers: { "x-api-key": "xq_page", ...type, ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return response.status;
}

async function someRequests() {
  await send("POST", "/x/account-connection-challenges/xch_page/submit", { email_code: "202202" });
  await send("POST", "/x/account-connection-challenges/xch_page/submit", { email_code: "123 456" });
  await send("POST", "/x/account-connection-challenges/xch_other/submit", { email_code: code });
  await send("POST", "/x/account-connection-challenges/xch_third/submit", { email_code: "12" });
  await send("PATCH", "/x/profile/avatar", { account: "myxaccount", url: "https://example.com/avatar.png" });
  await send("PATCH", "/x/profile/avatar", { account: "mock_202", url: "https://example.com/avatar.png" });
  await send("PATCH", "/x/profile/avatar", { account: attack, url: "https://example.com/" }, { "x-odd": attack });
  await send("PATCH", "/x/profile/avatar", { account: "mock_503", url: "https://example.com/" });
  await send("DELETE", "/x/accounts/a%20very%20long%20id%20that%20does%20not%20fit%20on%20a%20phone%20".padEnd(160, "x"));
  await send("GET", "/x/accounts");
}

/** A page whose every request and complaint is watched. */
async function open(options = {}) {
  const page = await browser.newPage();
  const complaints = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(root) && !url.startsWith("data:")) complaints.push(`a request left: ${url}`);
  });
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.setJavaScriptEnabled(options.script ?? true);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: options.scheme ?? "light" }]);
  await page.setViewport({ width: options.width ?? 1280, height: options.height ?? 900 });
  const response = await page.goto(new URL(options.path ?? "/", root).href);
  assert.equal(response.status(), 200);
  return { page, complaints };
}

async function judge(page, name) {
  // Without a font there is nothing to be seen, and so nothing that could be found wrong.
  const title = await page.$eval("h1", (title) => {
    const range = document.createRange();
    range.selectNodeContents(title);
    const { width, height } = range.getBoundingClientRect();
    return { width, height };
  });
  assert(title.width > 50 && title.height > 10, `${name}: no text is drawn`);
  // By the debugger's hand and not by a script element, so that the page's policy stays as it is.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  const told = violations.map((one) => `${one.id}: ${one.help}\n  ${one.nodes.map((node) => node.html).join("\n  ")}`);
  assert.deepEqual(told, [], name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert(wide <= 0, `${name}: the page is ${wide} pixels wider than the window`);
}

/** What is shown of the page beside its top. */
const parts = {
  request: "#list > li:nth-last-child(4)",
  state: "#state",
  operations: "#operations",
  value: "#values > details .wish",
};

const openAll = (page) =>
  page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));

const checks = {
  async "without JavaScript it shows requests and state, and resets"() {
    const { page, complaints } = await open({ script: false });
    const text = await page.$eval("main", (main) => main.textContent);
    for (const shown of ["xch_page", "`email_code` is shorter than 4 characters", "mock_429_x_daily_limit"]) {
      assert(text.includes(shown), shown);
    }
    assert(!text.includes(code), "the code is shown");
    assert(!text.includes("xq_page"), "the key is shown");
    assert.equal((await page.$$("#list > li")).length, 10);
    await Promise.all([page.waitForNavigation(), page.click("form button")]);
    assert.equal(page.url(), root);
    assert.equal((await page.$$("#list > li")).length, 0);
    assert.deepEqual(complaints, []);
    await page.close();
    await someRequests();
  },

  async "with JavaScript it is live, and what is open stays open"() {
    const { page, complaints } = await open();
    await page.click("#list > li:last-child summary");
    await send("DELETE", "/x/accounts/4");
    await page.waitForSelector("#list > li:nth-child(11)", { timeout: 5000 });
    assert.match(await page.$eval("#list > li", (item) => item.textContent), /\/x\/accounts\/4/);
    assert(await page.$eval("#list > li:last-child details", (details) => details.open));
    assert(!(await page.$eval("#now", (now) => now.textContent)).includes("needsreauth"), "the state is not live");
    assert.match(await page.$eval("#live", (live) => live.textContent), /11|so far/);
    assert.deepEqual(complaints, []);
    await page.close();
  },

  async "requests can be filtered and held, and a reset asks"() {
    const { page, complaints } = await open();
    const rows = () => page.$$eval("#list > li", (items) => items.filter((item) => !item.hidden).length);
    const all = await rows();
    await page.type("#filter", "patch 503");
    assert.equal(await rows(), 1);
    await page.$eval("#filter", (input) => {
      input.value = "";
      input.dispatchEvent(new Event("input"));
    });
    assert.equal(await rows(), all);
    await page.click("#pause");
    await send("DELETE", "/x/accounts/mock_404-held");
    await send("DELETE", "/x/accounts/mock_404-last");
    assert.equal(await rows(), all);
    await page.click("#pause");
    await page.waitForFunction((count) => document.querySelectorAll("#list > li").length === count, {}, all + 2);
    const questions = [];
    page.on("dialog", (dialog) => {
      questions.push(dialog.message());
      dialog.dismiss();
    });
    await page.click("form[action='/reset'] button");
    assert.equal(questions.length, 1);
    assert.match(questions[0], /^Make everything as it was/);
    assert.equal(await rows(), all + 2);
    assert.deepEqual(complaints, []);
    await page.close();
  },

  async "what clients sent is text"() {
    const { page } = await open();
    await openAll(page);
    assert.equal((await page.$$("main img")).length, 0);
    assert.match(await page.title(), /^Sandbox/);
    assert((await page.$eval("#list", (list) => list.textContent)).includes(attack));
    await page.close();
  },

  async "a command can be copied"() {
    const { page } = await open();
    await browser.defaultBrowserContext().overridePermissions(new URL(root).origin, ["clipboard-sanitized-write", "clipboard-read"]);
    await page.bringToFront();
    await page.click("#operations article button");
    await page.waitForFunction(() => ["Copied", "Selected"].includes(document.querySelector("#operations article button").textContent));
    const copied = await page.evaluate(() => getSelection().toString() || navigator.clipboard.readText());
    assert.match(copied, /^curl -X POST 'http:/);
    await page.close();
  },

  async "a keyboard reaches everything, and sees where it is"() {
    const { page } = await open();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.id), "filter");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.id), "pause");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.localName), "summary");
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, "solid");
    await page.keyboard.press("Enter");
    assert(await page.evaluate(() => document.activeElement.parentElement.open));
    await page.close();
  },

  async "the reference tries its operations, with a body of either kind"() {
    const { page, complaints } = await open({ path: "/docs" });
    const tried = async (operation, values) => {
      const form = `#operation-${operation} form`;
      for (const [name, value] of Object.entries(values)) {
        const field = `${form} [data-name="${name}"]:enabled`;
        await page.$eval(field, (input) => (input.value = ""));
        await page.type(field, value);
      }
      await page.$eval(`${form} .answer`, (place) => place.replaceChildren());
      await page.click(`${form} button`);
      await page.waitForSelector(`${form} .answer .status`, { timeout: 5000 });
      return page.$eval(`${form} .answer`, (place) => place.textContent);
    };
    assert.match(await tried("disconnectXAccount", { id: "mock_429" }), /^429 DELETE .*retry-after: 60.*rate_limit_exceeded/s);
    assert.match(await tried("disconnectXAccount", { id: "a/b c" }), /^404 DELETE .*\/a%2Fb%20c in/s);
    assert.match(await tried("submitXAccountConnectionChallenge", { id: "xch_tried", email_code: "123456" }), /^201 POST .*active/s);
    const avatar = "#operation-updateAvatar form";
    const png = join(profile, "avatar.png");
    writeFileSync(png, Buffer.from("89504e470d0a1a0a00", "hex"));
    await (await page.$(`${avatar} input[type=file]`)).uploadFile(png);
    assert.match(await tried("updateAvatar", { account: "myxaccount" }), /^200 PATCH .*"success": true/s);
    await page.click(`${avatar} input[type=radio][value="application/json"]`);
    assert.match(await tried("updateAvatar", { account: "myxaccount", url: "https://example.com/a.png" }), /^200 PATCH/);
    assert.match(await tried("updateAvatar", { account: "mock_402", url: "https://example.com/a.png" }), /^402 PATCH/);
    // The browser says what was answered with a failure, too.
    assert.deepEqual(complaints.filter((one) => !one.startsWith("Failed to load resource")), []);
    await page.close();
    const { page: plain } = await open({ path: "/docs", script: false });
    const text = await plain.$eval("main", (main) => main.textContent);
    assert(text.includes("curl -X DELETE") && text.includes("mock_429_x_daily_limit"));
    assert.equal(await plain.$eval("form", (form) => form.checkVisibility?.() ?? false), false);
    await plain.close();
  },

  async "pages of this machine are let in, and others neither read nor control anything"() {
    const server = createServer((_, answer) => {
      answer.setHeader("content-type", "text/html");
      answer.end("<!doctype html><title>another page</title>");
    }).listen(0, "127.0.0.1");
    await new Promise((listening) => server.once("listening", listening));
    const credits = async () => (await (await fetch(new URL("__sandbox/credits", root))).json()).credits;
    const before = await credits();
    const received = async () => (await (await fetch(new URL("__sandbox/requests", root))).json()).matched;
    const there = await received();
    const asked = async (host) => {
      const page = await browser.newPage();
      await page.goto(`http://${host}:${server.address().port}/`);
      const said = await page.evaluate(async (root) => {
        const ask = async (path, options) => {
          try {
            const answer = await fetch(new URL(path, root), options);
            return [answer.status, answer.headers.get("retry-after")];
          } catch (error) {
            return error.name;
          }
        };
        const headers = { "x-api-key": "xq_other", "content-type": "application/json" };
        return {
          called: await ask("api/v1/x/accounts/mock_429", { method: "DELETE", headers }),
          controlled: await ask("__sandbox/credits", { method: "PUT", headers, body: '{"credits":7}' }),
          // What needs no preflight; a page of this machine may do it.
          pressed: location.hostname === "localhost" || (await ask("__sandbox/reset", { method: "POST", mode: "no-cors" })),
          read: await ask("", {}),
        };
      }, root);
      await page.close();
      return said;
    };
    const foreign = await asked("elsewhere.example");
    assert.deepEqual([foreign.called, foreign.controlled, foreign.read], Array(3).fill("TypeError"));
    assert.equal(await credits(), before);
    assert((await received()) > there, "nothing was reset");
    const own = await asked("localhost");
    assert.deepEqual([own.called, own.controlled, own.read], [[429, "60"], [200, null], "TypeError"]);
    server.close();
  },

  async "axe finds nothing in the reference, whatever the screen"() {
    for (const [name, options] of [
      ["desk-light", { width: 1280 }],
      ["desk-dark", { width: 1280, scheme: "dark" }],
      ["phone-light", { width: 360, height: 740 }],
      ["narrow-dark", { width: 320, height: 640, scheme: "dark" }],
    ]) {
      const { page, complaints } = await open({ ...options, path: "/docs" });
      await judge(page, `reference, ${name}`);
      await page.screenshot({ path: join(screenshots, `reference-${name}.png`) });
      await page.click("#operation-disconnectXAccount form button");
      await page.waitForSelector("#operation-disconnectXAccount .answer .status");
      await openAll(page);
      await judge(page, `reference, ${name}, all open`);
      for (const id of ["values", "operation-disconnectXAccount", "errors"]) {
        const element = await page.$(`#${id}`);
        await element.screenshot({ path: join(screenshots, `reference-${name}-${id}.png`) });
      }
      assert.deepEqual(complaints.filter((one) => !one.startsWith("Failed to load resource")), []);
      await page.close();
    }
  },

  async "axe finds nothing, whatever the screen"() {
    const screens = [
      ["desk-light", { width: 1280 }],
      ["desk-dark", { width: 1280, scheme: "dark" }],
      ["phone-light", { width: 360, height: 740 }],
      ["narrow-light", { width: 320, height: 640 }],
      ["phone-dark", { width: 360, height: 740, scheme: "dark" }],
    ];
    for (const [name, options] of screens) {
      const { page, complaints } = await open(options);
      await judge(page, name);
      await page.screenshot({ path: join(screenshots, `${name}.png`) });
      await openAll(page);
      await judge(page, `${name}, all open`);
      for (const [part, selector] of Object.entries(parts)) {
        const element = await page.$(selector);
        await element.screenshot({ path: join(screenshots, `${name}-${part}.png`) });
      }
      assert.deepEqual(complaints, []);
      await page.close();
    }
  },
};

let failed = 0;
try {
  await fetch(new URL("reset", root), { method: "POST" });
  await someRequests();
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      console.log(`ok    ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${name}\n${error.stack ?? error}`);
    }
  }
} finally {
  await browser.close();
  stop();
  rmSync(profile, { recursive: true, force: true });
}
console.log(`screenshots: ${screenshots}`);
process.exitCode = failed === 0 ? 0 : 1;
