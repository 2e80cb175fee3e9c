import { metaKeys, type Notification, parseMessages, type Request, type Response } from "../../src/index.ts";

const message = <Kind>(value: object) =>
  parseMessages(JSON.stringify({ jsonrpc: "2.0", ...value })).messages[0] as Kind;

export const response = (value: object) => message<Response>({ id: 10, ...value });
export const notification = (value: object) => message<Notification>(value);
export const childRequest = (value: object) => message<Request>(value);

/** The envelope of a client that can do nothing. */
export const meta = { [metaKeys.protocolVersion]: "2026-07-28", [metaKeys.clientCapabilities]: {} };

/** @param _meta null: none */
export const request = (method: string, params: object = {}, _meta: unknown = meta) =>
  message<Request>({ id: "a", method, params: _meta === null ? params : { ...params, _meta } });
