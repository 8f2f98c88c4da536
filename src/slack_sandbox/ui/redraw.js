/** Redrawing only what changed, so that a click, a focus or an open menu is never lost. */

/** Keeps nodes by key for as long as what they show stays the same. */
export class NodeCache {
  #kept = new Map();

  /**
   * The node kept under a key, or a new one when the signature or content changed.
   *
   * @param {string} key
   * @param {string} signature
   * @param {() => Node} make
   * @param {object|null} content compared by identity
   */
  keep(key, signature, make, content = null) {
    const known = this.#kept.get(key);
    if (known && known.signature === signature && known.content === content) return known.node;
    const node = make();
    this.#kept.set(key, { signature, content, node });
    if (known?.node.contains(document.activeElement)) restoreFocus(known.node, node);
    return node;
  }

  get(key) {
    return this.#kept.get(key)?.node;
  }

  clear() {
    this.#kept.clear();
  }
}

// The same control keeps the keyboard: by action id, else by name, else the node itself.
function restoreFocus(old, node) {
  const held = document.activeElement;
  const action = held.closest("[data-action-id]")?.dataset.actionId;
  const label = held.getAttribute("aria-label");
  queueMicrotask(() => {
    if (!node.isConnected || document.activeElement !== document.body) return;
    const byAction = action ? node.querySelector(`[data-action-id="${CSS.escape(action)}"]`) : null;
    const byLabel = label ? node.querySelector(`[aria-label="${CSS.escape(label)}"]`) : null;
    (byAction ?? byLabel ?? node).focus({ preventScroll: true });
  });
}

/** A function that draws only when its signature (any JSON) differs from the last one. */
export function whenChanged(draw) {
  let last = null;
  return (...signature) => {
    const text = JSON.stringify(signature);
    if (text === last) return;
    last = text;
    draw();
  };
}
