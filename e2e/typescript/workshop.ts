// A client of the workshop (typescript_app_test.go): each kind of input and answer. Where it says that
// the compiler expects an error, the types are known to refuse what is wrong.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./api/workshop.js";

type Tool = components["schemas"]["Tool"];

const client = createClient<paths>({ baseUrl: process.env["URL"]! });

// A body with a union, an enum, a default, null and a map.
const added = await client.POST("/tools", {
  body: {
    name: "plane",
    finish: { kind: "oiled", coats: 2 },
    note: null,
    labels: { shelf: "3" },
    bought: "2026-11-20",
  },
});
assert.equal(added.response.status, 201);
assert.equal(added.response.headers.get("Location"), "/tools/1");
const tool: Tool = added.data!;
assert.equal(tool.id, 1);
assert.equal(tool.size, "small");
assert.deepEqual(tool.labels, { shelf: "3" });
assert.deepEqual(tool.weights, []);
assert.equal(tool.note, null);
switch (tool.finish.kind) {
  case "oiled":
    assert.equal(tool.finish.coats, 2);
    break;
  case "painted":
    assert.fail(tool.finish.colour);
}

// What does not fit the types does not compile, and is refused by the server as documented.
const refused = await client.POST("/tools", {
  // @ts-expect-error: the name is missing, the enum has no such value
  body: { size: "huge", finish: { kind: "painted", colour: "" }, note: null, bought: "yesterday" },
});
assert.equal(refused.response.status, 422);
assert.equal(refused.error?.code, "validation_failed");
assert.deepEqual(
  (refused.error as components["schemas"]["Problem"]).errors?.map((e) => e.loc.join(".")).sort(),
  ["body.bought", "body.finish.painted.colour", "body.name", "body.size"],
);

// Parameters: repeated, optional, with a default, in a header of the request and of the answer.
for (const name of ["saw", "file"]) {
  await client.POST("/tools", {
    body: { name, size: "large", finish: { kind: "painted", colour: "red" }, note: "", bought: "2026-01-31" },
  });
}
const large = await client.GET("/tools", {
  params: { query: { size: ["large", "small"], limit: 2 }, header: { "X-Trace": "abc" } },
});
assert.deepEqual(large.data?.map((t) => t.name), ["plane", "saw"]);
assert.equal(large.response.headers.get("X-Trace"), "abc");
const all = await client.GET("/tools");
assert.equal(all.data?.length, 3);
const wrong = await client.GET("/tools", {
  // @ts-expect-error: the limit is a number
  params: { query: { limit: "many" } },
});
assert.equal(wrong.response.status, 422);

// A path parameter, and an error that the document tells of.
const missing = await client.GET("/tools/{tool_id}", { params: { path: { tool_id: 99 } } });
assert.equal(missing.data, undefined);
assert.equal(missing.error?.code, "tool_not_found");

// PATCH: what is absent stays, null is null.
const params = { path: { tool_id: 2 } };
const noted = await client.PATCH("/tools/{tool_id}", { params, body: { note: "sharp" } });
assert.equal(noted.data?.note, "sharp");
assert.equal(noted.data?.name, "saw");
const bare = await client.PATCH("/tools/{tool_id}", { params, body: { note: null, name: "jigsaw" } });
assert.equal(bare.data?.note, null);
assert.equal(bare.data?.name, "jigsaw");
await client.PATCH("/tools/{tool_id}", {
  params,
  // @ts-expect-error: a name is never null
  body: { name: null },
});

// Security and an answer without content.
const anonymous = await client.DELETE("/tools/{tool_id}", { params });
assert.equal(anonymous.response.status, 401);
const removed = await client.DELETE("/tools/{tool_id}", { params, headers: { "X-Key": "k" } });
assert.equal(removed.response.status, 204);
assert.equal(removed.data, undefined);

// A form with a file; what is a file in it has no type of its own in OpenAPI 3.1.
const picture = await client.PUT("/tools/{tool_id}/picture", {
  params: { path: { tool_id: 1 } },
  body: { caption: "A plane", file: "" },
  bodySerializer(body) {
    const form = new FormData();
    form.set("caption", body.caption);
    form.set("file", new Blob(["12345"], { type: "image/png" }), "plane.png");
    return form;
  },
});
assert.deepEqual(picture.data, { caption: "A plane", type: "image/png", bytes: 5 });

// A form without files.
const login = await client.POST("/login", {
  body: { name: "Ada", password: "secret" },
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
});
assert.deepEqual(login.data, { greeting: "Hello, Ada", at: "2026-11-20T09:00:00Z" });

// JSON lines, as they come.
const lines = await client.GET("/export", { parseAs: "stream" });
assert.equal(lines.response.headers.get("Content-Type"), "application/jsonl");
const text = await new Response(lines.data).text();
const tools = text.trimEnd().split("\n").map((line): Tool => JSON.parse(line));
assert.deepEqual(tools.map((t) => t.name), ["plane", "file"]);

// Text both ways.
const echo = await client.POST("/echo", {
  body: "Grüße",
  bodySerializer: (body) => body,
  headers: { "Content-Type": "text/plain" },
  parseAs: "text",
});
assert.equal(echo.data, "Grüße");
