export { installBridge, type BridgeMessage, type BridgeWindow } from './bridge.ts';
export { connectFrame, type ConnectFrameOptions } from './connect.ts';
export type { FrameClient, FrameEntry, SigningWish } from './frame-client.ts';
export type { CallOptions, ModuleCall as OpenModuleCall } from './module-call.ts';
export type { RegistryMethods, RegistryReadAnswer } from './registry-methods.ts';
