// The dashboard: asks for api/summary every two seconds and draws it. No build step, no library.
// Names of miners and errors of servers are strangers' text: everything is set as text, never HTML.
"use strict";

const SUMMARY_EVERY_MS = 2000;
const HISTORY_EVERY_MS = 5000;
const TIMEOUT_MS = 5000;
const BLOCKS_SHOWN = 12;

const state = { history: {}, algorithm: null, drawn: new Map(), newestBlock: null };

// ---- figures as people read them

const SI = ["", "k", "M", "G", "T", "P", "E", "Z"];

/** [number, prefix] of a value with three digits or so: 1234567 is ["1.23", "M"]. */
function scaled(value) {
  let step = 0;
  while (Math.abs(value) >= 999.5 && step < SI.length - 1) {
    value /= 1000;
    step += 1;
  }
  const digits = value === 0 || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return [value.toFixed(digits), SI[step]];
}

function hashrate(hps) {
  const [number, prefix] = scaled(hps || 0);
  return `${number} ${prefix}H/s`;
}

function compact(value) {
  if (typeof value !== "number") return "–";
  if (Math.abs(value) >= 100000) return scaled(value).join(" ");
  if (Math.abs(value) < 1) return String(Number(value.toPrecision(3)));
  return value.toLocaleString("en", { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 1 });
}

function count(value) {
  return typeof value === "number" ? Math.round(value).toLocaleString("en") : "–";
}

function duration(seconds) {
  if (typeof seconds !== "number" || !isFinite(seconds)) return "–";
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 48 * 3600) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86400)} d`;
}

function ago(seconds) {
  return typeof seconds === "number" ? `${duration(seconds)} ago` : "–";
}

/** The middle of a long word is what nobody reads. */
function shortened(text, head = 8, tail = 6) {
  return text.length > head + tail + 3 ? `${text.slice(0, head)}…${text.slice(-tail)}` : text;
}

function coins(smallestUnits, currency) {
  if (typeof smallestUnits !== "number") return "–";
  const value = (smallestUnits / 1e8).toLocaleString("en", { maximumFractionDigits: 4 });
  return `${value} ${currency || ""}`.trim();
}

// ---- building elements

function element(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (value !== null && value !== undefined) made[key] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

function shape(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function pill(text, kind) {
  return element("span", { className: `pill ${kind || ""}` }, text);
}

function empty(text) {
  return element("p", { className: "empty" }, text);
}

/** columns: [title, class]; rows: arrays of cell content, or an element to be used as it is. */
function table(columns, rows) {
  const cells = (row) =>
    row.map((content, i) => element("td", { className: columns[i][1] || "" }, content ?? "–"));
  const head = columns.map(([title, kind]) =>
    element("th", { scope: "col", className: kind || "" }, title));
  const body = rows.map((row) =>
    Array.isArray(row) ? element("tr", { className: row.kind || "" }, ...cells(row)) : row);
  return element("div", { className: "scroll" },
    element("table", {},
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...body)));
}

/** Replaces a part of the page only when its data changed, so that selections survive. */
function draw(id, data, build) {
  const print = JSON.stringify(data);
  if (state.drawn.get(id) === print) return;
  state.drawn.set(id, print);
  const made = build();
  document.getElementById(id).replaceChildren(...(Array.isArray(made) ? made : [made]));
}

function setText(id, text) {
  const target = document.getElementById(id);
  if (target.textContent !== text) target.textContent = text;
}

// ---- the parts

const REASONS = {
  low: "low difficulty", dup: "duplicate", stale: "stale", low_difficulty: "low difficulty",
  duplicate: "duplicate", invalid: "invalid",
};

const FATES = {
  accepted: "good", pending: "", duplicate: "good", inconclusive: "warn", stale: "warn",
  rejected: "bad",
};

/** A server that is behind, forked or slow is watched, not lost. */
const SERVER_STATES = {
  live: "good", behind: "warn", forked: "warn", slow: "warn", faulty: "bad", down: "bad",
};

function sum(values) {
  return values.reduce((total, value) => total + (Number(value) || 0), 0);
}

function shareFigures(shares) {
  const rejected = sum(Object.values(shares.rejected || {}));
  const all = (shares.accepted || 0) + rejected;
  return { rejected, all, percent: all ? (100 * shares.accepted) / all : null };
}

function tile(label, value, unit, note, title) {
  return element("div", { className: "tile", title: title || "" },
    element("div", { className: "tile-label" }, label),
    element("div", { className: "tile-value" }, value,
      unit ? element("span", { className: "unit" }, unit) : null),
    element("div", { className: "tile-note" }, note || "\u00a0"));
}

function hashrateTile(rates) {
  const first = rates.find((rate) => rate.algorithm === state.algorithm) || rates[0];
  if (!first) return tile("Hash rate", "–", "", "no port is heard");
  const [number, prefix] = scaled(first.hps_1min || 0);
  const others = rates.filter((rate) => rate !== first);
  const note = others.length
    ? others.map((rate) => `${rate.algorithm} ${hashrate(rate.hps_1min)}`).join(", ")
    : `${first.algorithm ? `${first.algorithm}, ` : ""}10 min: ${hashrate(first.hps)}`;
  return tile("Hash rate", number, `${prefix}H/s`, note, "over the last minute");
}

function blocksTile(summary) {
  const chains = summary.coins.flatMap((coin) => [coin, ...(coin.merged || [])]);
  const solves = sum(chains.map((chain) => chain.block_stats.solves));
  const rejects = sum(chains.map((chain) => chain.block_stats.rejects));
  const blocks = summary.blocks || [];
  const newest = blocks.length ? summary.time - blocks[0].time : null;
  const note = rejects ? `${rejects} rejected`
    : newest !== null ? `last ${ago(newest)}` : "none found yet";
  const found = Math.max(solves, blocks.filter((block) => block.outcome !== "rejected").length);
  return tile("Blocks found", count(found), "", note, "since the start of the job managers");
}

function drawTiles(summary) {
  const { rejected, percent } = shareFigures(summary.shares);
  const miners = summary.miners;
  document.getElementById("tiles").replaceChildren(
    hashrateTile(summary.hashrates),
    tile("Miners", count(miners.client_count), "",
      `${count(miners.address_worker_count)} workers`,
      `connections; ${count(miners.address_count)} addresses`),
    tile("Shares", compact(Math.round(summary.shares.accepted_per_minute)), "per min",
      `${count(summary.shares.accepted)} accepted`, "accepted shares; the sum is of the last hour"),
    tile("Accepted", percent === null ? "–" : percent.toFixed(percent > 99.95 ? 0 : 1), "%",
      `${count(rejected)} rejected`),
    blocksTile(summary));
}

/** The rows of a coin's servers. */
function serverRows(servers) {
  return servers.map((server) => [
    element("span", {}, element("span", { className: "mono" }, server.name),
      server.last_error && server.status !== "live"
        ? element("span", { className: "sub" }, server.last_error) : null),
    pill(server.status || "unknown", SERVER_STATES[server.status] || "bad"),
    count(server.height),
    server.last_rtt > 0 ? `${compact(server.last_rtt * 1000)} ms` : "–",
  ]);
}

/** The heading of a chain whose blocks the main chain's work stands for as well. */
function mergedRow(chain, main) {
  const net = chain.net_state;
  const facts = [
    `merged with ${main}`,
    net.difficulty !== undefined ? `difficulty ${compact(net.difficulty)}` : null,
    net.subsidy !== undefined ? `pays ${coins(net.subsidy, chain.currency)}` : null,
    chain.trouble || null,
  ].filter(Boolean).join(" · ");
  return element("tr", { className: "group merged" },
    element("td", {}, chain.currency || chain.component,
      element("span", { className: "sub" }, facts)),
    element("td", {}, chain.left_out ? pill("left out", "warn") : null),
    element("td", { className: "num" }, count(net.height)),
    element("td"));
}

function drawCoins(summary) {
  draw("coins", summary.coins.map((coin) => ({
    ...coin, template_age: duration(coin.template_age),
  })), () => {
    if (!summary.coins.length) return empty("No job manager is heard.");
    const rows = [];
    for (const coin of summary.coins) {
      const net = coin.net_state;
      const age = coin.template_age;
      const facts = [
        coin.algorithm,
        typeof age === "number" ? `template ${duration(age)} old` : "no template yet",
        net.difficulty !== undefined ? `difficulty ${compact(net.difficulty)}` : null,
        net.transactions !== undefined ? `${count(net.transactions)} transactions` : null,
        net.subsidy !== undefined ? `pays ${coins(net.subsidy, coin.currency)}` : null,
      ].filter(Boolean).join(" · ");
      rows.push(element("tr", { className: "group" },
        element("td", { colSpan: 2 }, coin.currency || coin.component,
          element("span", { className: "sub" }, facts)),
        element("td", { className: "num" }, count(net.height)),
        element("td")));
      rows.push(...serverRows(coin.servers));
      for (const chain of coin.merged || []) {
        rows.push(mergedRow(chain, coin.currency), ...serverRows(chain.servers));
      }
    }
    return table([["Coin, coin server"], ["State"], ["Height", "num"], ["Latency", "num"]],
    rows);
  });
}

const WAYS = { poll: "polling", long_poll: "long poll", udp: "UDP signal", zmq: "ZeroMQ",
  posix: "POSIX signal", own: "own block" };

function milliseconds(value) {
  return typeof value === "number" ? `${compact(value)} ms` : "–";
}

/** Which of its coins each switching group mines, and why. */
function drawSwitching(summary) {
  const groups = summary.switching || [];
  document.getElementById("switching-card").hidden = !groups.length;
  const shown = groups.map((group) => ({ ...group,
    since: group.last_switch ? duration(summary.time - group.last_switch.time) : null }));
  draw("switching", shown, () => {
    const rows = [];
    for (const group of shown) {
      const last = group.last_switch;
      const scores = (group.coins || []).map((coin) => element("span", {
        className: coin.not_live ? "sub bad" : "sub",
        title: coin.not_live || "",
      }, `${coin.currency}: ${coin.not_live ? "no live work, " : ""}${compact(coin.score)}`));
      const waits = group.next_network && group.next_network !== group.current_network;
      rows.push([
        element("span", {}, group.component,
          group.trouble ? element("span", { className: "sub bad" }, group.trouble) : null),
        element("span", {}, group.current_network || "–",
          waits ? element("span", { className: "sub" }, `${group.next_network} from the next block on`) : null),
        element("span", {}, ...scores),
        element("span", {}, group.since ? `${group.since} ago` : "–",
          last ? element("span", { className: "sub" },
            `${last.from ? `from ${last.from}: ` : ""}${last.reason}`) : null),
        count(group.switch_count),
      ]);
    }
    return table([["Group"], ["Mines"], ["Scores"], ["Switched"], ["Switches", "num"]], rows);
  });
}

/** By which way new blocks are heard of first, and how long miners wait for work on them. */
function drawSignals(summary) {
  const coins = summary.coins.filter((coin) => (coin.signals || []).some((way) => way.heard));
  document.getElementById("signals-card").hidden = !coins.length;
  draw("signals", coins.map((coin) => [coin.currency, coin.signals]), () => {
    const rows = [];
    for (const coin of coins) {
      for (const way of coin.signals) {
        const waited = typeof way.to_miners_p50_ms === "number";
        rows.push([
          element("span", {}, WAYS[way.way] || way.way,
            element("span", { className: "sub" }, coin.currency || coin.component)),
          count(way.first),
          count(way.heard),
          milliseconds(way.behind_p50_ms),
          element("span", {}, milliseconds(way.to_miners_p50_ms), waited
            ? element("span", { className: "sub" }, `95 %: ${milliseconds(way.to_miners_p95_ms)}`)
            : null),
        ]);
      }
    }
    return table([["Heard of blocks by"], ["First", "num"], ["At all", "num"],
      ["Behind the first", "num wide"], ["To the miners", "num"]], rows);
  });
}

function drawBlocks(summary) {
  const blocks = summary.blocks;
  setText("blocks-note", [
    blocks && blocks.length ? `newest ${ago(summary.time - blocks[0].time)}` : "",
    ledgersNote(summary.ledgers || []),
  ].filter(Boolean).join(" · "));
  const shown = blocks && blocks.map((block) => ({ ...block, age: duration(summary.time - block.time) }));
  draw("blocks", shown, () => {
    if (!blocks) return empty("No ledger answers, so the blocks found are not listed here.");
    if (!blocks.length) return empty("No block found yet.");
    const newest = blocks[0].hash;
    const fresh = state.newestBlock !== null && newest !== state.newestBlock;
    state.newestBlock = newest;
    const rows = shown.slice(0, BLOCKS_SHOWN).map((block, i) => {
      const when = new Date(block.time * 1000).toLocaleString("en-GB");
      const row = [
        count(block.height),
        element("span", { className: "mono", title: block.hash || "" },
          shortened(block.hash || "", 6, 10)),
        finder(block.address, block.worker),
        element("span", { title: typeof block.fees === "number"
          ? `of it fees: ${coins(block.fees, block.currency)}` : "" },
          coins(block.reward, block.currency)),
        element("span", { title: when }, block.age),
        pillOfFate(block),
      ];
      row.kind = fresh && i === 0 ? "fresh" : "";
      return row;
    });
    return table([["Height"], ["Block", "wide"], ["Found by", "who"], ["Reward", "num wide"],
      ["Age", "num"], ["Fate", "num"]], rows);
  });
}

/** Where blocks and workers are from, if that is not one ledger that answers. */
function ledgersNote(ledgers) {
  const silent = ledgers.filter((ledger) => !ledger.answers);
  const named = (some) => some.map((ledger) => `${ledger.name} of ${ledger.node}`).join(", ");
  if (silent.length) return `does not answer: ${named(silent)}`;
  return ledgers.length > 1 ? `from ${ledgers.length} ledgers: ${named(ledgers)}` : "";
}

/** The rig with its account below, or the account alone. */
function finder(address, worker) {
  const account = shortened(address || "–", 8, 5);
  return element("span", { title: [address, worker].filter(Boolean).join(".") },
    worker || account, worker ? element("span", { className: "sub" }, account) : null);
}

function pillOfFate(block) {
  const made = pill(block.outcome || "unknown", FATES[block.outcome]);
  if (block.reason) made.title = block.reason;
  return made;
}

function drawPorts(summary) {
  draw("ports", summary.ports, () => {
    if (!summary.ports.length) return empty("No stratum port is heard.");
    return table([["Port"], ["Coin"], ["Miners", "num"], ["Hash rate", "num"]],
      summary.ports.map((port) => [
        element("span", {}, String(port.port ?? port.component),
          port.nodes > 1 ? element("span", { className: "sub" }, `${port.nodes} nodes`) : null),
        element("span", {}, port.currency || "–",
          element("span", { className: "sub" }, port.algorithm || "")),
        count(port.client_count),
        hashrate(port.hps),
      ]));
  });
}

function workerRate(worker) {
  if (typeof worker.hps === "number") return hashrate(worker.hps);
  const seconds = worker.seconds || 600;
  return `${compact(worker.accepted_difficulty / seconds)} diff/s`;
}

function drawWorkers(summary) {
  const workers = summary.workers;
  setText("workers-note", workers && workers.length ? "last ten minutes" : "");
  draw("workers", workers, () => {
    if (!workers) return empty("No ledger answers, so workers are not listed here.");
    if (!workers.length) return empty("No shares in the last ten minutes.");
    return table([["Worker", "who"], ["Rejected", "num"], ["Hash rate", "num"]],
      workers.map((worker) => {
        const all = (worker.accepted_difficulty || 0) + (worker.rejected_difficulty || 0);
        return [
          finder(worker.address, worker.worker),
          all ? `${((100 * (worker.rejected_difficulty || 0)) / all).toFixed(1)} %` : "–",
          workerRate(worker),
        ];
      }));
  });
}

/** Who does what in a cluster; one node alone is not worth a card. */
function drawNodes(summary) {
  const nodes = summary.nodes || [];
  document.getElementById("nodes-card").hidden = nodes.length < 2;
  draw("nodes", nodes, () =>
    table([["Node", "who"], ["Leads"], ["Stands by for"], ["Miners", "num"], ["State", "num"]],
      nodes.map((node) => [
        element("span", {}, node.node,
          node.trouble ? element("span", { className: "sub" }, node.trouble) : null),
        node.leads.join(", ") || "–",
        node.stands_by.join(", ") || "–",
        typeof node.miners === "number" ? count(node.miners) : "–",
        node.draining ? pill("draining", "warn")
          : node.trouble ? pill("trouble", "bad") : pill("ok", "good"),
      ])));
}

function drawRigs(summary) {
  const rigs = summary.rigs || [];
  document.getElementById("rigs-card").hidden = !rigs.length;
  draw("rigs", rigs, () =>
    table([["Rig", "who"], ["Devices", "num"], ["Hottest", "num"], ["Hash rate", "num"],
      ["Heard", "num"]],
      rigs.map((rig) => {
        const degrees = typeof rig.hottest === "number" ? `${rig.hottest.toFixed(1)} °C` : "–";
        const tooHot = rig.overheat > 0 && rig.hottest >= rig.overheat;
        return [
          finder(rig.address, rig.worker),
          count(rig.devices),
          tooHot ? pill(degrees, "bad") : degrees,
          typeof rig.hps === "number" ? hashrate(rig.hps) : "–",
          ago(summary.time - rig.received),
        ];
      })));
}

function meter(label, value, all, good) {
  const bar = shape("svg", { class: `meter-bar ${good ? "good" : ""}`, "aria-hidden": "true" });
  const width = all ? Math.max((100 * value) / all, value ? 0.75 : 0) : 0;
  bar.append(shape("rect", { width: `${width}%`, height: "100%" }));
  return element("div", { className: "meter" }, element("span", {}, label), bar,
    element("span", { className: "num" }, count(value)));
}

function drawShares(summary) {
  draw("shares", summary.shares, () => {
    const { all } = shareFigures(summary.shares);
    const rejected = Object.entries(summary.shares.rejected || {});
    return [
      meter("accepted", summary.shares.accepted, all, true),
      ...rejected.map(([reason, value]) => meter(REASONS[reason] || reason, value, all, false)),
    ];
  });
  draw("reporters", summary.reporters, () => {
    if (!summary.reporters.length) return empty("No journal or reporter is heard.");
    return table([["Where shares go"], ["Queue", "num"], ["State", "num"]],
      summary.reporters.map((reporter) => {
        const behind = typeof reporter.lag_seconds === "number" && reporter.lag_seconds > 120;
        const made = reporter.failing ? pill("failing", "bad")
          : reporter.trouble ? pill("trouble", "warn")
          : behind ? pill(`${duration(reporter.lag_seconds)} behind`, "warn") : pill("ok", "good");
        const wrong = reporter.failing || reporter.trouble;
        if (typeof wrong === "string" && wrong) made.title = wrong;
        else if (reporter.last_error) made.title = `last error: ${reporter.last_error}`;
        return [
          element("span", {}, reporter.component,
            element("span", { className: "sub" }, reporter.type)),
          count(reporter.queue_size), made,
        ];
      }));
  });
}

const HEALTH = { ok: ["healthy", "good"], degraded: ["degraded", "warn"], failing: ["failing", "bad"],
  draining: ["draining", "warn"] };

function drawHealth(summary) {
  const [word, kind] = HEALTH[summary.health.status] || ["unknown", "warn"];
  const mark = document.getElementById("health");
  mark.textContent = word;
  mark.className = `pill ${kind}`;
  const reasons = document.getElementById("reasons");
  reasons.hidden = !summary.health.reasons.length;
  reasons.className = `notice ${summary.health.status === "failing" ? "bad" : ""}`;
  draw("reasons", summary.health.reasons,
    () => summary.health.reasons.map((reason) => element("li", {}, reason)));
}

function drawHeader(summary) {
  const name = summary.name || "PowerPool";
  document.title = name;
  setText("pool-name", name);
  const currencies = [...new Set(summary.coins.map((coin) => coin.currency).filter(Boolean))];
  const ports = [...new Set(summary.ports.map((port) => port.port).filter(Boolean))];
  setText("pool-line", [
    currencies.length ? `mining ${currencies.join(", ")}` : null,
    ports.length ? `stratum on port ${ports.join(", ")}` : null,
  ].filter(Boolean).join(" · ") || "no component is heard");
}

// ---- the chart

function niceStep(top) {
  const rough = top / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough);
  return step * power;
}

/** One unit for the whole axis, and no more digits than needed. */
function axisHashrate(value, top) {
  const step = Math.max(0, Math.min(SI.length - 1, Math.floor(Math.log10(top) / 3)));
  return `${Number((value / 1000 ** step).toPrecision(3))} ${SI[step]}H/s`;
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

function timeTicks(from, to, room) {
  const minutes = [1, 2, 5, 10, 15, 20, 30];
  const most = Math.max(2, Math.floor(room / 80));
  const step = 60 * (minutes.find((m) => (to - from) / (m * 60) <= most) || 30);
  const ticks = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at);
  return ticks;
}

function drawChart() {
  const box = document.getElementById("chart");
  const points = state.history[state.algorithm] || [];
  if (points.length < 2) {
    box.replaceChildren(empty("The curve begins with the first accepted shares."));
    return;
  }
  const width = box.clientWidth;
  const height = box.clientHeight;
  const pad = { left: 60, right: 6, top: 18, bottom: 20 };
  const to = points[points.length - 1][0];
  const from = Math.min(points[0][0], to - 300);
  const highest = Math.max(...points.map((point) => point[1]), 1);
  const step = niceStep(highest * 1.05);
  const top = Math.ceil((highest * 1.05) / step) * step;
  const x = (at) => pad.left + ((at - from) / (to - from)) * (width - pad.left - pad.right);
  const y = (hps) => height - pad.bottom - (hps / top) * (height - pad.top - pad.bottom);

  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `Pool hash rate, now ${hashrate(points[points.length - 1][1])}` });
  for (let value = 0; value <= top * 1.001; value += step) {
    svg.append(
      shape("line", { class: "grid", x1: pad.left, x2: width, y1: y(value), y2: y(value) }),
      shape("text", { x: pad.left - 8, y: y(value) + 4, "text-anchor": "end" },
        value ? axisHashrate(value, top) : "0"));
  }
  for (const at of timeTicks(from, to, width - pad.left)) {
    const anchor = x(at) > width - 20 ? "end" : "middle";
    svg.append(shape("text", { x: x(at), y: height - 4, "text-anchor": anchor },
      clock.format(at * 1000)));
  }
  const line = points.map(([at, hps]) => `${x(at).toFixed(1)},${y(hps).toFixed(1)}`).join(" ");
  svg.append(
    shape("polygon", { class: "area",
      points: `${x(points[0][0])},${y(0)} ${line} ${x(to)},${y(0)}` }),
    shape("polyline", { class: "line", points: line }));
  svg.append(...cursorOf(svg, points, x, y, width, height - pad.bottom));
  box.replaceChildren(svg);
}

/** A dotted line under the pointer with the figure of that moment. */
function cursorOf(svg, points, x, y, width, floor) {
  const rule = shape("line", { class: "cursor", y1: 0, y2: floor });
  const dot = shape("circle", { class: "dot", r: 4 });
  const tip = shape("text", { class: "tip", y: 11 });
  const group = shape("g", { visibility: "hidden" });
  group.append(rule, dot, tip);
  svg.addEventListener("pointermove", (event) => {
    const px = event.clientX - svg.getBoundingClientRect().left;
    const near = points.reduce((best, point) =>
      Math.abs(x(point[0]) - px) < Math.abs(x(best[0]) - px) ? point : best);
    const at = x(near[0]);
    rule.setAttribute("x1", at);
    rule.setAttribute("x2", at);
    dot.setAttribute("cx", at);
    dot.setAttribute("cy", y(near[1]));
    tip.setAttribute("x", at > width / 2 ? at - 8 : at + 8);
    tip.setAttribute("text-anchor", at > width / 2 ? "end" : "start");
    tip.textContent = `${hashrate(near[1])} at ${clock.format(near[0] * 1000)}`;
    group.setAttribute("visibility", "visible");
  });
  svg.addEventListener("pointerleave", () => group.setAttribute("visibility", "hidden"));
  return [group];
}

function drawTabs() {
  const names = Object.keys(state.history);
  if (!names.includes(state.algorithm)) {
    const last = (name) => state.history[name][state.history[name].length - 1][1];
    state.algorithm = names.sort((a, b) => last(b) - last(a))[0] ?? null;
  }
  const tabs = document.getElementById("chart-tabs");
  tabs.hidden = names.length < 2;
  draw("chart-tabs", [names, state.algorithm], () => names.map((name) => {
    const button = element("button", { type: "button" }, name || "unknown");
    button.setAttribute("aria-pressed", String(name === state.algorithm));
    button.addEventListener("click", () => {
      state.algorithm = name;
      drawTabs();
      drawChart();
    });
    return button;
  }));
  setText("chart-note", names.length === 1 ? names[0] : "");
}

// ---- asking

async function fetchJson(path) {
  const reply = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
  return reply.json();
}

async function refreshSummary() {
  let summary;
  try {
    summary = await fetchJson("api/summary");
  } catch (error) {
    document.body.classList.add("stale");
    const mark = document.getElementById("health");
    mark.textContent = "unreachable";
    mark.className = "pill bad";
    setText("footer-note", `· ${error.message}`);
    return;
  }
  document.body.classList.remove("stale");
  setText("footer-note", "");
  for (const part of [drawHeader, drawHealth, drawTiles, drawCoins, drawSwitching, drawSignals, drawBlocks, drawPorts,
    drawWorkers, drawNodes, drawRigs, drawShares]) {
    part(summary);
  }
}

async function refreshHistory() {
  try {
    state.history = (await fetchJson("api/history")).algorithms;
  } catch {
    return; // the summary tells that the pool is out of reach
  }
  drawTabs();
  drawChart();
}

/** Asks again a fixed time after the answer, and not while nobody looks. */
function repeat(task, everyMs) {
  const run = async () => {
    if (!document.hidden) await task();
    setTimeout(run, everyMs);
  };
  run();
}

new ResizeObserver(drawChart).observe(document.getElementById("chart"));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refreshSummary();
});
repeat(refreshHistory, HISTORY_EVERY_MS);
repeat(refreshSummary, SUMMARY_EVERY_MS);
