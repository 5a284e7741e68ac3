/**
 * Lets Node run the source as the build makes it: types are taken out and nothing is put in. (The loader that is used for
 * everything else wraps every function that is made in one that names it, at the time of each call: figures of what is
 * never shipped.)
 *
 *     node --import ./bench/plain.mjs bench/main.ts
 */
import { register } from "node:module";

register("./plain-hooks.mjs", import.meta.url);
