export { isLoad, type Load, type Taken } from './load.ts';
export { Pipe, type Outlet } from './pipe.ts';
