// Keeps a page up to date: when the service tells that something changed, the page is fetched anew and its parts marked
// `data-live` are replaced. Everything works without this; with it nobody has to reload.

const body = document.body;
const status = document.querySelector("[data-connection]");
let pending = null;
let wasLost = false;
let looks = 0;

/** The part's key for details that a reader opened: they stay open when the part is replaced. */
const keyOf = (details) => details.id || details.querySelector("summary")?.textContent.trim() || "";

const nameOf = (box) => `${box.name}=${box.value}`;

/** Replaces one part, keeping open details, the focus and what somebody has typed. */
function replace(old, fresh) {
  if (old.innerHTML === fresh.innerHTML) return;
  if (old.dataset.key && old.dataset.key === fresh.dataset.key) { // a log goes on where it is
    const [log, next] = [old.querySelector("[data-log]"), fresh.querySelector("[data-log]")];
    if (log && next && !next.dataset.grows) delete log.dataset.grows;
    return;
  }
  const open = new Set([...old.querySelectorAll("details[open]")].map(keyOf));
  const ticked = new Set([...old.querySelectorAll("input[type=checkbox]")].filter((box) => box.checked).map(nameOf));
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  if (focused && focused.matches("input:not([type=checkbox]), textarea, select")) return; // never under somebody's hands
  const where = focused && (focused.type === "checkbox" ? `input[name="${CSS.escape(focused.name)}"][value="${CSS.escape(focused.value)}"]` : focused.id ? `#${CSS.escape(focused.id)}` : focused.getAttribute("href") && `a[href="${CSS.escape(focused.getAttribute("href"))}"]`);
  old.replaceWith(fresh);
  for (const details of fresh.querySelectorAll("details")) if (open.has(keyOf(details))) details.open = true;
  for (const box of fresh.querySelectorAll("input[type=checkbox]")) box.checked = ticked.has(nameOf(box));
  for (const log of fresh.querySelectorAll("[data-log]")) follow(log);
  if (where) fresh.querySelector(where)?.focus({ preventScroll: true });
}

/** Fetches this page again and replaces its live parts. */
async function refresh() {
  pending = null;
  const mine = ++looks;
  const answer = await fetch(location.href, { headers: { "X-Modwright-Live": "1" }, redirect: "manual" });
  if (answer.type === "opaqueredirect") return location.reload(); // the session ended
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== looks) return; // a later look has overtaken this one
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.querySelector(`[data-live="${CSS.escape(old.dataset.live)}"]`);
    if (fresh) replace(old, document.adoptNode(fresh));
  }
  document.title = page.title;
}

/** Several changes in a row are one look. */
function soon() {
  if (pending === null) pending = setTimeout(() => refresh().catch(() => {}), 150);
}

function say(text) {
  if (status) status.textContent = text;
}

/** Listens; the browser itself connects again and says where it was. */
function listen() {
  const events = new EventSource(body.dataset.events);
  for (const kind of ["change", "build", "release", "environment", "hold", "freeze", "health", "reset"]) {
    events.addEventListener(kind, soon);
  }
  events.addEventListener("open", () => {
    if (wasLost) say(body.dataset.back);
    wasLost = false;
    soon(); // what happened between this page's making and now was told to nobody
  });
  events.addEventListener("error", () => {
    wasLost = true;
    say(body.dataset.lost);
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  });
}

/** What a terminal would colour by. */
const colours = /\u001b\[[0-?]*[ -/]*[@-~]/g;

/** A log grows: what is there already is not fetched again. */
function follow(log) {
  let offset = Number(log.dataset.offset);
  log.hidden = false;
  const more = async () => {
    const answer = await fetch(`${log.dataset.log}?offset=${offset}`);
    if (answer.ok) {
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
      offset += bytes.length;
      if (bytes.length) log.append(decoder.decode(bytes, { stream: true }).replace(colours, ""));
      if (isAtEnd) log.scrollTop = log.scrollHeight;
    }
  };
  const decoder = new TextDecoder();
  const goOn = () => more().catch(() => {}).then(() => {
    if (log.isConnected && (log.dataset.grows || wasGrowing)) setTimeout(goOn, 2000);
    wasGrowing = Boolean(log.dataset.grows); // once more after its end
  });
  let wasGrowing = false;
  goOn();
}

if (body.dataset.events && document.querySelector("[data-live]")) listen();
for (const log of document.querySelectorAll("[data-log]")) follow(log);
