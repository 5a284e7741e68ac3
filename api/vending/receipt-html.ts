/**
 * A receipt as a page of its own, to show or print.
 */
import { html } from "hono/html";
import { type PrintedReceipt, receiptHead, receiptLines } from "./receipt-lines.ts";

/** The page; every text is escaped. */
export function receiptHtml(printed: PrintedReceipt): string {
  const head = receiptHead(printed);
  const rows = receiptLines(printed).map(
    ([label, value]) => html`<tr><th scope="row">${label}</th><td>${value}</td></tr>`,
  );
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${head[0] ?? ""}</title>
<style>body{font:14px/1.4 sans-serif;max-width:28em;margin:1em auto;padding:0 1em}th{text-align:left;font-weight:normal;padding-right:1em}td{text-align:right;overflow-wrap:anywhere}p{font-weight:bold;margin:.2em 0}</style>
</head>
<body><h1>${printed.operator}</h1>
${head.map((text) => html`<p>${text}</p>`)}
<table>${rows}</table>
</body></html>
`;
  return String(page);
}
