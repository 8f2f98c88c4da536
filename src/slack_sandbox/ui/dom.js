/**
 * Builds the page without ever parsing HTML.
 *
 * Everything that arrives from apps and people is hostile until shown: strings become text
 * nodes, addresses pass `safeHref` or `safeSource`, and event handlers are functions only.
 */

const SVG = "http://www.w3.org/2000/svg";
const LINK_SCHEMES = new Set(["http:", "https:", "mailto:"]);
const IMAGE_SCHEMES = new Set(["http:", "https:"]);

/** The address if a reader may follow it (http, https, mailto), else null. */
export function safeHref(address) {
  return schemeAllowed(address, LINK_SCHEMES);
}

/** The address if the page may load an image from it (http, https, this server), else null. */
export function safeSource(address) {
  if (typeof address === "string" && /^\/(?!\/)/.test(address)) return address;
  return schemeAllowed(address, IMAGE_SCHEMES);
}

function schemeAllowed(address, schemes) {
  if (typeof address !== "string") return null;
  try {
    return schemes.has(new URL(address.trim()).protocol) ? address.trim() : null;
  } catch {
    return null;
  }
}

/**
 * An element.
 *
 * @param {string} tag
 * @param {object} attributes `class`, `on` (name → handler), `data` (dataset), `style` (CSSOM
 *   names → values), or plain attributes; null, undefined and false leave an attribute out.
 * @param {...(Node|string|number|null|false|Array)} children strings become text nodes
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  return append(node, children);
}

function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") {
    for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
  } else if (name === "data") {
    Object.assign(node.dataset, value);
  } else if (name === "style") {
    for (const [property, rule] of Object.entries(value)) node.style.setProperty(property, rule);
  } else if (name.startsWith("on")) {
    throw new TypeError(`handlers are functions, not attributes: ${name}`);
  } else if (name === "value") {
    node.value = value;
  } else {
    node.setAttribute(name, value === true ? "" : String(value));
  }
}

/** Appends children (nested lists allowed, null and false skipped) and returns the parent. */
export function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return parent;
}

/** Replaces everything inside a node. */
export function fill(node, ...children) {
  node.replaceChildren();
  return append(node, children);
}

/** A link when the address is harmless, otherwise its text alone. */
export function link(address, ...children) {
  const href = safeHref(address);
  if (!href) return h("span", { class: "dead-link", title: "Not a web address" }, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
}

/** An SVG element; attributes are plain strings from this code base, never from messages. */
export function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/**
 * Makes the children of a parent exactly `nodes`, in order, moving as little as possible, so
 * that focus, open menus and half-typed inputs in the nodes that stay are left alone.
 */
export function reconcile(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let cursor = parent.firstChild;
  for (const node of nodes) {
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
  }
}

/** Runs a handler for Enter and Space as well as for a click. */
export function pressable(handler) {
  return {
    click: handler,
    keydown: (event) => {
      if (event.target !== event.currentTarget) return;
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      handler(event);
    },
  };
}
