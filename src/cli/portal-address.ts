/** Where `secure-registry portal` listens if nothing else is said. */
export const DEFAULT_PORT = 9980;
export const DEFAULT_PORTAL = `http://127.0.0.1:${DEFAULT_PORT}`;
