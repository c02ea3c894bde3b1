// A client of Harbor Payments, written from its document.
import assert from "node:assert/strict";
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./api/harbor.js";

type Order = components["schemas"]["OrderOut"];

const client = createClient<paths>({ baseUrl: process.env["URL"]! });
const authorized: Middleware = {
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${process.env["KEY"]}`);
  },
};

const body = { customer_id: "cus_1", amount_cents: 1999, currency: "EUR" };
const create = (key: string, order: components["schemas"]["OrderCreate"]) =>
  client.POST("/v1/orders", { params: { header: { "Idempotency-Key": key } }, body: order });

const anonymous = await create("k1", body);
assert.equal(anonymous.response.status, 401);
client.use(authorized);

const created = await create("k1", body);
assert.equal(created.response.status, 201);
const order: Order = created.data!;
assert.equal(order.amount_cents, 1999);

const replayed = await create("k1", body);
assert.equal(replayed.response.status, 200);
assert.equal(replayed.response.headers.get("Idempotency-Replayed"), "true");
assert.deepEqual(replayed.data, order);

const other = await create("k1", { ...body, amount_cents: 1 });
assert.equal(other.response.status, 422);
assert.equal(other.error?.code, "idempotency_key_reused");

// @ts-expect-error: the key is required
const keyless = await client.POST("/v1/orders", { body });
assert.equal(keyless.response.status, 400);

// @ts-expect-error: an amount is a number
const refused = await create("k2", { ...body, amount_cents: "much", currency: "euro" });
assert.equal(refused.response.status, 422);
assert.equal(refused.error?.errors?.length, 2);

const got = await client.GET("/v1/orders/{order_id}", { params: { path: { order_id: order.id } } });
assert.deepEqual(got.data, order);

for (const key of ["a", "b", "c"]) {
  await create(key, body);
}
const ids = new Set<string>();
for (let cursor: string | null | undefined; ; ) {
  const page = await client.GET("/v1/customers/{customer_id}/orders", {
    params: { path: { customer_id: "cus_1" }, query: { limit: 3, ...(cursor ? { cursor } : {}) } },
  });
  for (const item of page.data!.items) {
    ids.add(item.id);
  }
  cursor = page.data!.next_cursor;
  if (!cursor) {
    break;
  }
}
assert.equal(ids.size, 4);
