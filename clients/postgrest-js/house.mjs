// The service under test, and the client library as an application uses it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PostgrestClient } from "@supabase/postgrest-js";

const url = process.env.ROWHOUSE_URL;
assert.ok(url, "ROWHOUSE_URL is the address of the running service");

export const ACME = "11111111-1111-4111-8111-111111111111";
export const FOREIGN = "22222222-2222-4222-8222-222222222222";
export const WRITER = "33333333-3333-4333-8333-333333333333";

// Nothing of the other tenant's may be in any answer, whatever was asked.
async function watched(input, init) {
  const response = await fetch(input, init);
  const text = await response.clone().text();
  const headers = JSON.stringify([...response.headers]);
  for (const trace of ["alien", FOREIGN]) {
    const asked = `${input} ${init?.body ?? ""}`;
    if (!asked.includes(trace)) {
      assert.ok(!text.includes(trace) && !headers.includes(trace), `${input} shows ${trace}: ${text}`);
    }
  }
  return response;
}

export function house(tenant, options = {}) {
  return new PostgrestClient(url, { headers: { "X-tenant-id": tenant }, fetch: watched, ...options });
}

// Each row of a table is one call: its name, the call, and what must come of it (a value of `data`, or a function that
// looks at the whole answer).
export function calls(table) {
  for (const [name, call, expected] of table) {
    test(name, async () => {
      const answer = await call();
      if (typeof expected === "function") {
        await expected(answer);
      } else {
        assert.equal(answer.error, null, JSON.stringify(answer.error));
        assert.deepEqual(answer.data, expected);
      }
    });
  }
}

export const ids = (...expected) => (answer) => {
  assert.equal(answer.error, null, JSON.stringify(answer.error));
  assert.deepEqual(answer.data.map((row) => row.id), expected);
};

export const fails = (status, code, like) => (answer) => {
  assert.equal(answer.data, null);
  assert.deepEqual([answer.status, answer.error.code], [status, code], JSON.stringify(answer.error));
  for (const [key, value] of Object.entries(like ?? {})) {
    assert.match(String(answer.error[key]), value);
  }
};
