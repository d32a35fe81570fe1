/** An element of the page, which its HTML has. */
export function element<E extends HTMLElement = HTMLElement>(id: string, kind: new () => E = HTMLElement as never): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

/** An element below another one. */
export function part(root: ParentNode, selector: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}

/** Changes a text where it changes: what is read out is not read out again. */
export function show(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
