// @ts-check
/** Finding what the HTML owns, typed. A missing element is a bug in the page, so it throws. */

/**
 * @template {Element} Kind
 * @param {string} selector
 * @param {new () => Kind} kind
 * @param {ParentNode} [root]
 * @returns {Kind}
 */
export function find(selector, kind, root = document) {
  const element = root.querySelector(selector);
  if (!(element instanceof kind)) throw new Error(`The page lacks ${selector}.`);
  return element;
}

/**
 * A copy of what is inside a template.
 * @param {string} id
 * @returns {DocumentFragment}
 */
export function clone(id) {
  const copy = find(`#${id}`, HTMLTemplateElement).content.cloneNode(true);
  return /** @type {DocumentFragment} */ (copy);
}
