/** What the page calls the portals: `A`, `B`, `C`, in their order. */
export function portalNames(urls: readonly string[]): (url: string) => string {
  return (url) => {
    const index = urls.indexOf(url);
    return index < 0 ? url : String.fromCharCode('A'.charCodeAt(0) + index);
  };
}

/** `A`, `A and B`, `A, B and C`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
