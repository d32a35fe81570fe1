export { ConsentDesk, type ConsentDeskOptions, type ConsentView, type Question, type QuestionEvents, type ShownQuestion } from './consent-desk.ts';
export { storedConsents, type Consent, type ConsentStore } from './consent-store.ts';
export { readFrameConfiguration, type FrameConfiguration, type OriginLimits, type Permission } from './configuration.ts';
export { Door, type DoorOptions, type FrameWindow, type WindowMessage } from './door.ts';
export type { FrameSize, HostedModule, ModuleHost, ModulePage } from './module-host.ts';
export { RegistryHost, type RegistryHostOptions } from './registry-host.ts';
export type { AskConsent, Desk, SigningRequest } from './runtime-calls.ts';
export type { PageRuntime } from './runtime-source.ts';
