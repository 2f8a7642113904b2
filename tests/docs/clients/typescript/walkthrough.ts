// Uses the API through openapi-fetch, with the types of openapi-typescript. Arguments: the URL of the API, a bearer token.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { components, paths } from "./users-api.js";

type User = components["schemas"]["User"];

const [url, token] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${token}` } });

const another = await api.POST("/users", { body: { name: "Grace Hopper", email: `${randomUUID()}@example.com` } });
assert(another.data);
const other: User = another.data;

// Create a user.
const email = `${randomUUID()}@example.com`;
const created = await api.POST("/users", { body: { name: "Ada Lovelace", email, age: 36 } });
assert(created.data);
const ada: User = created.data;
const path = { userId: ada.userId };

// Get it, unless the client has its current version.
const got = await api.GET("/users/{userId}", { params: { path } });
assert.deepEqual(got.data, ada);
const etag = got.response.headers.get("ETag")!;
const unchanged = await api.GET("/users/{userId}", { params: { path, header: { "If-None-Match": etag } } });
assert.equal(unchanged.response.status, 304);

// Find it by its email address.
const found = await api.GET("/users", { params: { query: { email } } });
assert.deepEqual(found.data?.users, [ada]);

// List all users, a page at a time.
const ids: string[] = [];
let nextToken: string | undefined;
do {
  const page = await api.GET("/users", { params: { query: { pageSize: 1, nextToken } } });
  assert(page.data);
  ids.push(...page.data.users.map((user) => user.userId));
  nextToken = page.data.nextToken;
} while (nextToken);
assert(ids.includes(ada.userId));
assert(ids.includes(other.userId));

// Change it, unless it has changed meanwhile.
const header = { "If-Match": etag };
const changed = await api.PUT("/users/{userId}", { params: { path, header }, body: { name: "Ada King" } });
assert.equal(changed.data?.name, "Ada King");
assert.equal(changed.data.age, 36);

// The second change of the same version fails.
const refused = await api.PUT("/users/{userId}", { params: { path, header }, body: { name: "Ada Byron" } });
assert.equal(refused.error?.status, 412);

// Remove the age: null is sent, and an omitted field is not sent.
const ageless = await api.PUT("/users/{userId}", { params: { path }, body: { age: null } });
assert.equal(ageless.data?.name, "Ada King");
assert.equal(ageless.data.age, undefined);

// Read a problem.
const { error: problem } = await api.POST("/users", { body: { name: "Another Ada", email } });
assert(problem);
console.log(problem.title, problem.detail);
for (const { field, code, message } of problem.errors ?? []) {
  console.log(field, code, message);
}
assert.deepEqual(problem.errors?.map(({ code }) => code), ["taken"]);

// Delete it.
const deleted = await api.DELETE("/users/{userId}", { params: { path } });
assert(deleted.data);

assert((await api.DELETE("/users/{userId}", { params: { path: { userId: other.userId } } })).data);
