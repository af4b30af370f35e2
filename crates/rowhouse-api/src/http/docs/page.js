"use strict";
// Shows /openapi.json, and sends requests. Text from the description is only ever text.

const find = (id) => document.getElementById(id);

function make(tag, text, name) {
  const element = document.createElement(tag);
  if (text !== undefined && text !== null) element.textContent = text;
  if (name) element.className = name;
  return element;
}

// Asked for once, for all requests.
const TENANT = "#/components/parameters/tenant";

let api = {};

function resolve(node) {
  for (let depth = 0; node && node.$ref && depth < 16; depth += 1) {
    node = node.$ref.slice(2).split("/").reduce((at, key) => at && at[key.replaceAll("~1", "/").replaceAll("~0", "~")], api);
  }
  return node || {};
}

function shape(schema, depth = 0) {
  schema = resolve(schema);
  if (depth > 6) return "…";
  for (const kind of ["oneOf", "anyOf"]) {
    if (schema[kind]) return schema[kind].map((one) => shape(one, depth + 1)).join(" | ");
  }
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const types = [].concat(schema.type || "any").map((type) => {
    if (type === "array") return `[${shape(schema.items || {}, depth + 1)}]`;
    if (type !== "object" || !schema.properties) return type;
    const required = new Set(schema.required || []);
    const indent = "  ".repeat(depth + 1);
    const members = Object.entries(schema.properties).map(
      ([name, member]) => `${indent}${name}${required.has(name) ? "" : "?"}: ${shape(member, depth + 1)}`);
    return `{\n${members.join("\n")}\n${"  ".repeat(depth)}}`;
  });
  return types.join(" | ") + (schema.title && depth > 0 ? `  (${schema.title})` : "");
}

function identityHeaders() {
  const headers = {};
  for (const input of find("identity").querySelectorAll("input")) {
    if (input.value) headers[input.name] = input.value;
  }
  return headers;
}

async function send(method, path, inputs, body, output) {
  const query = new URLSearchParams();
  const headers = identityHeaders();
  for (const [parameter, input] of inputs) {
    if (!input.value) continue;
    if (parameter.in === "header") headers[parameter.name] = input.value;
    else if (resolve(parameter.schema).type === "array") input.value.split(",").forEach((one) => query.append(parameter.name, one));
    else query.append(parameter.name, input.value);
  }
  const request = { method: method.toUpperCase(), headers };
  if (body && body.value) {
    headers["Content-Type"] = body.dataset.media;
    request.body = body.value;
  }
  const text = query.toString();
  const url = path + (text ? `?${text}` : "");
  output.hidden = false;
  output.textContent = `${request.method} ${url}\n…`;
  try {
    const answer = await fetch(url, request);
    let content = await answer.text();
    try { content = JSON.stringify(JSON.parse(content), null, 2); } catch { /* It is no JSON. */ }
    const head = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    output.textContent = `${request.method} ${url}\n\n${answer.status}\n${head}\n\n${content}`;
  } catch (error) {
    output.textContent = `${request.method} ${url}\n\n${error}`;
  }
}

function fill(box, path, method, operation) {
  if (operation.description) box.append(make("p", operation.description));
  const inputs = [];
  const parameters = (operation.parameters || []).filter((one) => one.$ref !== TENANT).map(resolve);
  if (parameters.length) {
    const table = make("table");
    for (const parameter of parameters) {
      const row = make("tr");
      const name = make("th");
      name.append(make("code", parameter.name), parameter.required ? " (required)" : "");
      const value = make("td");
      const input = make("input");
      input.setAttribute("aria-label", parameter.name);
      value.append(input);
      inputs.push([parameter, input]);
      const about = make("td", parameter.description || "", "quiet");
      row.append(name, value, about);
      table.append(row);
    }
    box.append(table);
  }
  let body = null;
  const media = Object.entries(resolve(operation.requestBody).content || {});
  if (media.length) {
    const [type, { schema }] = media[0];
    box.append(make("p", `Content: ${media.map(([name]) => name).join(", ")}`), make("pre", shape(schema)));
    body = make("textarea");
    body.rows = 4;
    body.dataset.media = type;
    body.setAttribute("aria-label", "content");
    box.append(body);
  }
  const output = make("pre");
  output.hidden = true;
  const button = make("button", "Send");
  button.type = "button";
  button.addEventListener("click", () => send(method, path, inputs, body, output));
  box.append(make("p"), button, output);
  const answers = make("table");
  for (const [status, answer] of Object.entries(operation.responses || {})) {
    const row = make("tr");
    row.append(make("th", status), make("td", resolve(answer).description || ""));
    answers.append(row);
  }
  box.append(make("h3", "Answers"));
  const first = resolve((operation.responses || {})["200"]);
  const json = (first.content || {})["application/json"];
  if (json) box.append(make("pre", shape(json.schema)));
  box.append(answers);
}

function show() {
  const main = find("paths");
  main.replaceChildren();
  const wanted = find("search").value.toLowerCase();
  const groups = new Map();
  for (const [path, item] of Object.entries(api.paths || {})) {
    for (const [method, operation] of Object.entries(item)) {
      const tag = (operation.tags || ["other"])[0];
      const text = `${method} ${path} ${operation.summary || ""} ${operation.description || ""}`.toLowerCase();
      if (wanted && !text.includes(wanted)) continue;
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push([path, method, operation]);
    }
  }
  for (const [tag, operations] of groups) {
    main.append(make("h2", tag));
    const about = (api.tags || []).find((one) => one.name === tag);
    if (about && about.description) main.append(make("p", about.description, "quiet"));
    for (const [path, method, operation] of operations) {
      const details = make("details");
      const summary = make("summary");
      summary.append(make("span", method.toUpperCase(), "method"), make("span", path, "path"), " ", make("span", operation.summary || "", "quiet"));
      const box = make("div");
      details.append(summary, box);
      details.addEventListener("toggle", () => {
        if (details.open && !box.hasChildNodes()) fill(box, path, method, operation);
      });
      main.append(details);
    }
  }
  if (!groups.size) main.append(make("p", wanted ? "Nothing of that name." : "Nothing is served yet."));
}

async function load() {
  const profile = find("profile").value;
  const answer = await fetch("/openapi.json", { headers: profile ? { "Accept-Profile": profile } : {} });
  const document_ = await answer.json();
  if (!answer.ok) throw new Error(document_.detail || answer.status);
  api = document_;
  find("title").textContent = api.info.title;
  find("about").textContent = api.info.description;
  const identity = find("identity");
  if (!identity.hasChildNodes()) {
    const ways = { ...api.components.securitySchemes };
    const tenant = api.components.parameters.tenant;
    if (tenant) ways[tenant.name] = tenant;
    for (const [name, scheme] of Object.entries(ways)) {
      const label = make("label", `${name} `);
      const input = make("input");
      input.name = scheme.name || name;
      input.autocomplete = "off";
      label.append(input);
      identity.append(label);
    }
  }
  show();
}

function reload() {
  load().catch((error) => find("paths").replaceChildren(make("p", `The description cannot be read: ${error.message}`, "wrong")));
}

find("settings").addEventListener("submit", (event) => event.preventDefault());
find("search").addEventListener("input", show);
find("profile").addEventListener("change", reload);
reload();
