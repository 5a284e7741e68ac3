/**
 * From a kind, a language and named fields to what is sent: bounded, without control characters, escaped in HTML.
 */
import type { LANGUAGES } from "../registry/schema/notifications.ts";
import type { Kind } from "./kinds.ts";
import { de } from "./texts/de.ts";
import { en } from "./texts/en.ts";
import { es } from "./texts/es.ts";
import { fr } from "./texts/fr.ts";

/** A language that there are texts in. */
export type Language = (typeof LANGUAGES)[number];
/** A template: `{name}` stands for a field. */
export type Template = { subject: string; text: string };
/** The templates of a language. */
export type Texts = Record<Kind, Template>;
/** What is sent. */
export type Rendered = { subject: string; text: string; html: string };

/** Longest value of a field, subject and text in characters. */
export const FIELD_MAX = 80;
/** Longest subject in characters. */
export const SUBJECT_MAX = 150;
/** Longest text in characters; of a notice that somebody wrote, too. */
export const TEXT_MAX = 2_000;
/** Longest SMS in characters: four parts of one in the alphabet that has all letters. */
export const SMS_MAX = 268;

const TEXTS: Record<Language, Texts> = { en, es, de, fr };

/** What is sent of a kind. A field that is not given is left out. */
export function render(kind: Kind, language: Language, fields: Fields): Rendered {
  const { subject, text } = TEXTS[language][kind];
  return written(filled(subject, fields), filled(text, fields));
}

/** What is sent of a subject and a text that somebody wrote. */
export function written(subject: string, text: string): Rendered {
  const plain = bounded(text, TEXT_MAX);
  const lines = plain.split("\n").map(escaped).join("<br>");
  return {
    subject: bounded(subject.replaceAll("\n", " "), SUBJECT_MAX),
    text: plain,
    html: `<!doctype html><html><body><p>${lines}</p></body></html>`,
  };
}

/** The text as it fits an SMS. */
export function smsText({ text }: Rendered): string {
  return bounded(text, SMS_MAX);
}

type Fields = Readonly<Record<string, string>>;

function filled(template: string, fields: Fields): string {
  return template.replaceAll(/\{([a-z]+)\}/g, (_, name: string) =>
    bounded((Object.hasOwn(fields, name) ? fields[name] : undefined) ?? "", FIELD_MAX),
  );
}

function bounded(text: string, most: number): string {
  const plain = text.replaceAll(/[^\P{Cc}\n]/gu, " ");
  const characters = [...plain];
  return characters.length <= most ? plain : `${characters.slice(0, most - 1).join("")}…`;
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
