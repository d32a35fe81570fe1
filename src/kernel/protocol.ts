import { own } from './own.ts';

/**
 * The messages between a page, a kernel and its modules. All are structured clones: bigints and bytes arrive as such. Where it
 * says so below, fields must be there even if they are `null`.
 */

/**
 * What tells queries apart, chosen by whoever asks: a page's is 32 characters (libkernel), a kernel's 86, a module's own an integer.
 */
export type Nonce = string | number;

// A page to the kernel.

/** A call of a module's method. */
export interface ModuleCall {
  readonly method: 'moduleCall';
  readonly nonce: Nonce;
  readonly data: {
    /** The module's skylink: 46 characters of base64url. */
    readonly module: string;
    readonly method: string;
    /** The method's input. The key must be there. */
    readonly data: unknown;
  };
  /** Whether a `responseNonce` is wanted, to send `queryUpdate`s to. */
  readonly sendKernelNonce: boolean;
  /** Added by a browser extension's background script: the host name of the page. */
  readonly domain?: string;
}
/** News for a query that is open; its nonce is the kernel's, out of a `responseNonce`. Not answered. */
export interface QueryUpdate {
  readonly method: 'queryUpdate';
  readonly nonce: Nonce;
  readonly data: unknown;
}
/** Answered by `{ distribution: string, version: string }`. */
export interface VersionQuery {
  readonly method: 'version';
  readonly nonce: Nonce;
}
/** Answered by `{ errs: string[] }`. */
export interface ErrorsQuery {
  readonly method: 'checkErrs';
  readonly nonce: Nonce;
}
/** Of a browser extension alone, answered by `{ override: boolean, headers?, body? }`. */
export interface OverrideQuery {
  readonly method: 'requestOverride';
  readonly nonce: Nonce;
  readonly data: { readonly method: 'GET'; readonly url: string };
}
/** Refused to every page. */
export interface OverridesQuery {
  readonly method: 'getModuleOverrides' | 'setModuleOverrides';
  readonly nonce: Nonce;
  readonly data?: unknown;
}
export type PageToKernel = ModuleCall | QueryUpdate | VersionQuery | ErrorsQuery | OverrideQuery | OverridesQuery;

// The kernel to a page, and to a module that called another.

/** The one answer to a query: both keys are there, and exactly one of them is `null`. */
export type Response = { readonly method: 'response'; readonly nonce: Nonce } & (
  | { readonly data: object | string | number | bigint | boolean; readonly err: null }
  /** Of a module; the kernel's own refusals have an empty object for data. */
  | { readonly data: null | Readonly<Record<string, never>>; readonly err: string }
);
/** News of a query that is not answered yet. */
export interface ResponseUpdate {
  readonly method: 'responseUpdate';
  readonly nonce: Nonce;
  readonly data: unknown;
}
/** The kernel's nonce of a query, before any news of it. */
export interface ResponseNonce {
  readonly method: 'responseNonce';
  readonly nonce: Nonce;
  readonly data: { readonly nonce: Nonce };
}
/** A line for the console, of nobody's query. */
export interface Log {
  readonly method: 'log';
  readonly data: { readonly isErr?: boolean; readonly message: string };
}
/** How far the kernel is, told unasked. */
export interface KernelAuthStatus {
  readonly method: 'kernelAuthStatus';
  readonly data: {
    readonly loginComplete: boolean;
    /** `not yet`, `success`, or what went wrong. */
    readonly kernelLoaded: string;
    readonly logoutComplete: boolean;
  };
}
export type KernelToPage = Response | ResponseUpdate | ResponseNonce | Log | KernelAuthStatus;

// The kernel to a module.

/** The first message of every worker; never answered, and without a nonce. */
export interface PresentSeed {
  readonly method: 'presentSeed';
  readonly domain: 'root';
  readonly data: {
    /** 16 bytes, another for each module and user. */
    readonly seed: Uint8Array;
    /** For two modules alone. */
    readonly myskyRootKeypair?: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };
    /** For one module alone. */
    readonly bootstrapPortals?: readonly { readonly url: string; readonly name: string }[];
  };
}
/** The same of kernels that descend from it. */
export interface PresentKey {
  readonly method: 'presentKey';
  readonly domain: 'root';
  /** 32 bytes each. */
  readonly data: { readonly key: Uint8Array; readonly rootPrivateKey?: Uint8Array; readonly rootKey?: Uint8Array };
}
/** A call of one of the module's methods. */
export interface Query {
  readonly method: string;
  readonly nonce: Nonce;
  /** Who asks: the host name of a page, the skylink of a module, `root` for the kernel itself. */
  readonly domain: string;
  readonly data: unknown;
}
export type KernelToModule = PresentSeed | PresentKey | Query | QueryUpdate | Response | ResponseUpdate | ResponseNonce;

// A module to the kernel.

export type ModuleToKernel = Response | ResponseUpdate | ModuleCall | QueryUpdate | VersionQuery | Log;

// A page to the bridge of a browser extension: messages that it posts to itself.

/** Answered by a {@link Response} of `{ version: string }`, and then by a {@link KernelAuthStatus}. */
export interface BridgeVersionQuery {
  readonly method: 'kernelBridgeVersion';
  readonly nonce: Nonce;
}
/** A query for the kernel, of the same nonce. A `queryUpdate` is sent as it is. */
export interface NewKernelQuery {
  readonly method: 'newKernelQuery';
  readonly nonce: Nonce;
  readonly data: Exclude<PageToKernel, QueryUpdate>;
}
export type PageToBridge = BridgeVersionQuery | NewKernelQuery | QueryUpdate;

/** What came to a module, as far as anything may be believed of it: of its fields each was read once. */
export type Arrival =
  | ({ readonly message: 'moduleCall' } & Query)
  | { readonly message: 'queryUpdate' | 'response' | 'responseUpdate' | 'responseNonce'; readonly nonce: Nonce }
  | { readonly message: 'presentSeed' | 'presentKey' };

/** What a module is sent; undefined for what is no message of a kernel. */
export function readArrival(value: unknown): Arrival | undefined {
  const { method, nonce, domain, data } = own(value, ['method', 'nonce', 'domain', 'data']);
  // A kernel presents as `root`, and waits for no answer. Whoever else asks for such a method does: not every kernel keeps that from its modules.
  const isAsked = isNonce(nonce) && typeof domain === 'string' && domain !== 'root';
  if ((method === 'presentSeed' || method === 'presentKey') && !isAsked) return { message: method };
  if (typeof method !== 'string' || !isNonce(nonce)) return undefined;
  // Only a query has a domain: somebody may ask for a method of such a name, and has to be told that there is none.
  if (typeof domain !== 'string' && isOneOf(method, REPLIES)) return { message: method, nonce };
  return { message: 'moduleCall', method, nonce, domain: typeof domain === 'string' ? domain : '', data };
}

const ANSWERS = ['response', 'responseUpdate', 'responseNonce'] as const;
const REPLIES = ['queryUpdate', ...ANSWERS] as const;
const isNonce = (value: unknown): value is Nonce => typeof value === 'string' || typeof value === 'number';
const isOneOf = <T extends string>(value: unknown, values: readonly T[]): value is T => (values as readonly unknown[]).includes(value);

/** What a page asks of the kernel, or hands to the bridge for it: anything with a method and a nonce, whose other fields are still nobody's word. */
export interface PageQuery {
  readonly method: string;
  readonly nonce: Nonce;
  readonly data: unknown;
  readonly sendKernelNonce: boolean;
}

/**
 * What a page sends to the kernel, or to the bridge; undefined for what has no method or no nonce, which nobody could answer, and for an answer: who answered
 * that would go on for ever where the page has joined both ends.
 */
export function readPageQuery(value: unknown): PageQuery | undefined {
  const { method, nonce, data, sendKernelNonce } = own(value, ['method', 'nonce', 'data', 'sendKernelNonce']);
  return typeof method === 'string' && isNonce(nonce) && !isOneOf(method, ANSWERS) ? { method, nonce, data, sendKernelNonce: sendKernelNonce === true } : undefined;
}

/**
 * The module, the method and the input that a `moduleCall` names, or the reason why it names none: the texts of the original kernel, in its order, without
 * the copy of the input that it put into one of them.
 * @param data a {@link PageQuery}'s
 */
export function readModuleCall(data: unknown): ModuleCall['data'] | string {
  const call = own(data, ['module', 'method', 'data']);
  const { module, method } = call;
  if (!('module' in call)) return "moduleCall is missing 'module' field";
  if (typeof module !== 'string' || module.length !== 46) return "'module' field in moduleCall is expected to be a base64 skylink";
  if (!('method' in call)) return "no 'data.method' specified, module does not know what method to run";
  if (typeof method !== 'string') return "'data.method' needs to be a string";
  if (method === 'presentSeed' || method === 'presentKey') return `${method} is a priviledged method, only root is allowed to use it`;
  if (!('data' in call)) return 'no field data.data in moduleCall, data.data contains the module input';
  return { module, method, data: call.data };
}

/** What a page hears of the kernel; undefined for anything else. */
export function readKernelToPage(value: unknown): KernelToPage | undefined {
  const { method, nonce, data, err } = own(value, ['method', 'nonce', 'data', 'err']);
  if (method === 'kernelAuthStatus') {
    const { loginComplete, kernelLoaded, logoutComplete } = own(data, ['loginComplete', 'kernelLoaded', 'logoutComplete']);
    return typeof kernelLoaded === 'string' ? { method, data: { loginComplete: loginComplete === true, kernelLoaded, logoutComplete: logoutComplete === true } } : undefined;
  }
  if (method === 'log') {
    const { isErr, message } = own(data, ['isErr', 'message']);
    return typeof message === 'string' ? { method, data: { isErr: isErr === true, message } } : undefined;
  }
  if (!isNonce(nonce) || !isOneOf(method, ANSWERS)) return undefined;
  if (method === 'responseUpdate') return { method, nonce, data };
  if (method === 'response') return typeof err === 'string' ? { method, nonce, data: null, err } : err === null && data !== null && data !== undefined ? { method, nonce, data, err } : undefined;
  const { nonce: kernels } = own(data, ['nonce']);
  return isNonce(kernels) ? { method, nonce, data: { nonce: kernels } } : undefined;
}
