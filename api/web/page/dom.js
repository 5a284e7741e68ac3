/** Small helpers over the document. */

/**
 * The element with an id; throws when the page has none.
 * @param {string} id
 * @returns {HTMLElement & { value: string, checked: boolean, disabled: boolean }}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return /** @type {never} */ (element);
}

/**
 * A new element with a class and children; texts become text nodes, never markup.
 * @param {string} tag
 * @param {string} [className]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function make(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  element.append(...children);
  return element;
}

/** An icon of the sprite. @param {string} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  const known = document.getElementById(name) === null ? "other" : name;
  use.setAttribute("href", `#${known}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** Sets a text only where it differs, so that nothing is laid out in vain. @returns {boolean} whether it did */
export function setText(/** @type {Element} */ element, /** @type {string} */ text) {
  if (element.textContent === text) return false;
  element.textContent = text;
  return true;
}
