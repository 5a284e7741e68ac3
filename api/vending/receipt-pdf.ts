/**
 * A receipt as a PDF of the width of a till's roll.
 */
import PDFDocument from "pdfkit";
import { type PrintedReceipt, receiptHead, receiptLines } from "./receipt-lines.ts";

/** 80 mm in points. */
const WIDTH_PT = 226.77;
const MARGIN_PT = 14;
const LINE_PT = 12;
const LABEL_PT = 92;
/** Lines of one value at most, on the page. */
const WRAPPED_MAX = 3;

/** The bytes. Characters that the built-in font does not have (it has those of Windows-1252) are shown as `?`. */
export async function receiptPdf(printed: PrintedReceipt): Promise<Buffer> {
  const head = receiptHead(printed);
  const lines = receiptLines(printed);
  const height = 2 * MARGIN_PT + (lines.length * WRAPPED_MAX + head.length + 5) * LINE_PT;
  const at = new Date(printed.receipt.applied_at);
  const document = new PDFDocument({
    size: [WIDTH_PT, height],
    margin: MARGIN_PT,
    info: { Title: head[0] ?? "", CreationDate: at, ModDate: at },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<void>((resolve, reject) => {
    document.on("data", (chunk: Buffer) => chunks.push(chunk));
    document.on("end", resolve);
    document.on("error", reject);
  });
  document.font("Helvetica-Bold").fontSize(12).text(shown(printed.operator));
  document.fontSize(9);
  for (const text of head) document.text(shown(text));
  document.moveDown(0.5).font("Helvetica").fontSize(8);
  const valuePt = WIDTH_PT - 2 * MARGIN_PT - LABEL_PT;
  for (const [label, value] of lines) {
    const { y } = document;
    document.text(shown(label), MARGIN_PT, y, { width: LABEL_PT });
    document.text(shown(value), MARGIN_PT + LABEL_PT, y, {
      width: valuePt,
      height: WRAPPED_MAX * LINE_PT,
      align: "right",
      ellipsis: true,
    });
  }
  document.end();
  await done;
  return Buffer.concat(chunks);
}

function shown(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e\u00a0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/gu, "?");
}
