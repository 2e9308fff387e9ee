import type { FastifyRequest } from "fastify";
import { validate } from "../validate.ts";
import { Page } from "./envelope.ts";
import { PAGE_QUERY } from "./fields.ts";

/** The page that the request asks for. */
export function pageOf<Item>(request: FastifyRequest, items: readonly Item[]): Page<Item> {
  const { page, page_size: size } = validate(PAGE_QUERY, request.query);
  return new Page(items.slice((page - 1) * size, page * size), items.length);
}
