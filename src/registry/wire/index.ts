export * from './http.ts';
export * from './socket.ts';
export { bytesFromHex, pubkeyFrom, pubkeyText, type Claim } from './fields.ts';
