/**
 * `/docs`: the interface's document as a page to read and to try calls from. Made from the document alone, with no file
 * from anywhere else.
 */
import { PROBLEMS } from "./problems.ts";

type Operation = {
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content?: Record<string, { schema?: { $ref?: string } }> };
  responses?: Record<string, { description?: string }>;
};
type Call = { method: string; path: string; operation: Operation };

/** What of an OpenAPI document the page needs. */
export type Documented = {
  info: { title: string; description?: string };
  paths?: object;
  components?: { schemas?: object };
};

/** The page's HTML. */
export function docsPage(document: Documented): string {
  const calls = callsOf(document);
  const tags = [...new Set(calls.map(({ operation }) => operation.tags?.[0] ?? "Other"))];
  const sections = tags.map((tag) => {
    const own = calls.filter(({ operation }) => (operation.tags?.[0] ?? "Other") === tag);
    return `<h2>${escaped(tag)}</h2>${own.map((call) => callHtml(call, document)).join("")}`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(document.info.title)} API</title>
<style>${STYLE}</style>
<main><h1>${escaped(document.info.title)} API</h1><p>${escaped(document.info.description ?? "")}</p>
<p><a href="/openapi.json">openapi.json</a></p>
<p><label>Key <input id="key" type="password" size="50" autocomplete="off"></label></p>
${sections.join("")}<h2>Problem codes</h2>${codesHtml()}</main><script>${SCRIPT}</script></html>`;
}

const METHODS = ["get", "put", "post", "patch", "delete"];

function callsOf(document: Documented): Call[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({ method, path, operation })),
  );
}

function callHtml({ method, path, operation }: Call, document: Documented): string {
  const fields = (operation.parameters ?? []).map(
    ({ name, in: where, required }) =>
      `<label>${escaped(name)}${required ? " *" : ""} <input name="${escaped(name)}" data-in="${escaped(where)}"></label>`,
  );
  const schema = bodySchema(operation, document);
  const body =
    schema === undefined
      ? ""
      : `<details><summary>Body schema</summary><pre>${escaped(JSON.stringify(schema, null, 2))}</pre></details><label>Body <textarea name="body" rows="6"></textarea></label>`;
  const answers = Object.entries(operation.responses ?? {}).map(
    ([status, { description }]) =>
      `<li><b>${escaped(status)}</b> ${escaped(description ?? "")}</li>`,
  );
  return `<details class="call"><summary><code>${method.toUpperCase()} ${escaped(path)}</code> ${escaped(operation.summary ?? "")}</summary>
<ul>${answers.join("")}</ul><form data-method="${method.toUpperCase()}" data-path="${escaped(path)}">${fields.join("")}${body}
<button>Send</button><pre class="answer" hidden></pre></form></details>`;
}

function bodySchema(operation: Operation, document: Documented): unknown {
  const schema = operation.requestBody?.content?.["application/json"]?.schema;
  const name = schema?.$ref?.split("/").at(-1);
  if (name === undefined) return schema;
  return (document.components?.schemas as Record<string, unknown> | undefined)?.[name];
}

function codesHtml(): string {
  const rows = Object.entries(PROBLEMS).map(
    ([code, { status, title, retryable }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escaped(title)}</td><td>${retryable ? "retry" : ""}</td></tr>`,
  );
  return `<table><tr><th>Code</th><th>Status</th><th>Meaning</th><th></th></tr>${rows.join("")}</table>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const STYLE = `:root{color-scheme:light dark;font:15px/1.45 system-ui,sans-serif}main{max-width:60rem;margin:0 auto;padding:1rem}
code,pre,textarea,input{font-family:ui-monospace,monospace}.call{border:1px solid #8886;border-radius:6px;margin:.4rem 0;padding:.4rem .8rem}
summary{cursor:pointer}form{display:grid;gap:.5rem}label{display:block}textarea{width:100%}pre{overflow:auto;max-height:24rem}
button{justify-self:start}td,th{text-align:left;padding:.15rem .8rem .15rem 0;vertical-align:top}tr:target{background:#fd08}`;

const SCRIPT = `for (const form of document.forms) form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const query = new URLSearchParams(); let path = form.dataset.path; let body;
  for (const field of form.elements) {
    if (!field.name || field.value === "") continue;
    if (field.name === "body") body = field.value;
    else if (field.dataset.in === "path") path = path.replace("{" + field.name + "}", encodeURIComponent(field.value));
    else query.set(field.name, field.value);
  }
  const headers = {}; const key = document.getElementById("key").value;
  if (key) headers.Authorization = "Bearer " + key;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const out = form.querySelector(".answer"); out.hidden = false; out.textContent = "…";
  try {
    const answer = await fetch(path + (query.size ? "?" + query : ""), { method: form.dataset.method, headers, body });
    const text = await answer.text(); let shown = text;
    try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch {}
    out.textContent = answer.status + " " + answer.statusText + "\\n" + shown;
  } catch (error) { out.textContent = String(error); }
});`;
