import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { address, call, gone, stream, work } from "./facade";

const JOB = { id: "j1", words: "walking", state: "running", stage: "", done: 0, total: 0, problems: [] };
const PROBLEM = { where: "minutes", what: "500 min is out of range", hint: "between 0 and 240", severity: "error" };

/** What the server would answer, in order of asking. */
let replies: ((path: string, init: RequestInit) => Response | Promise<Response>)[] = [];
let asked: [string, RequestInit][] = [];
let heard: FakeEvents[] = [];

class FakeEvents extends EventTarget {
  static readonly CLOSED = 2;
  readyState = 1;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor(readonly url: string) {
    super();
    heard.push(this);
  }
  tell(type: string, data: unknown) {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
  }
  close() {
    this.readyState = FakeEvents.CLOSED;
  }
}

const json =
  (body: unknown, status = 200, headers = {}) =>
  () =>
    new Response(JSON.stringify(body), { status, headers });
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

beforeEach(() => {
  replies = [];
  asked = [];
  heard = [];
  vi.stubGlobal("document", { baseURI: "http://127.0.0.1:8765/city/" });
  vi.stubGlobal("EventSource", FakeEvents);
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push([path, init]);
    const reply = replies.shift();
    if (!reply) throw new TypeError("fetch failed");
    return reply(path, init);
  });
});
afterEach(() => vi.unstubAllGlobals());

describe("one request", () => {
  it("goes to where the page is served from", () => {
    expect(address("/api/cities")).toBe("http://127.0.0.1:8765/city/api/cities");
  });

  it("gives the value and its etag, or all problems as values", async () => {
    replies = [json({ a: 1 }, 200, { ETag: '"7"' }), json({ problems: [PROBLEM] }, 422), json({}, 500)];
    expect(await call("/x")).toEqual({ kind: "ok", value: { a: 1 }, etag: '"7"' });
    expect(await call("/x", { body: { b: 2 } })).toMatchObject({ kind: "refused", status: 422, problems: [PROBLEM] });
    expect(asked[1]?.[1]).toMatchObject({ method: "POST", body: '{"b":2}' });
    expect(await call("/x")).toMatchObject({ kind: "refused", status: 500 });
  });

  it("says when the server is gone, and when its reply is no JSON", async () => {
    const lost = await call("/x");
    expect(lost.kind === "refused" && gone(lost)).toBe(true);
    replies = [() => new Response("<html>")];
    const odd = await call("/x");
    expect(odd.kind === "refused" && !gone(odd)).toBe(true);
  });

  it("that was given up is stale, not an error", async () => {
    const end = new AbortController();
    replies = [() => new Promise((_, reject) => end.signal.addEventListener("abort", () => reject(end.signal.reason)))];
    const reply = call("/x", { signal: end.signal });
    end.abort();
    expect(await reply).toEqual({ kind: "stale" });
  });
});

describe("long work", () => {
  it("that is done at once needs no job", async () => {
    replies = [json({ key: "k" })];
    expect(await work("/api/answers", { body: {} })).toMatchObject({ kind: "ok", value: { key: "k" } });
    expect(heard).toEqual([]);
  });

  it("is followed to its end, telling how far it is", async () => {
    const told: unknown[] = [];
    replies = [json(JOB, 202), json({ key: "k" })];
    const reply = work("/api/answers", { body: {}, onProgress: (progress) => told.push(progress) });
    await settled();
    heard[0]?.tell("progress", { ...JOB, stage: "streets", done: 1, total: 4 });
    heard[0]?.tell("progress", { ...JOB });
    heard[0]?.tell("done", JOB);
    expect(await reply).toMatchObject({ kind: "ok", value: { key: "k" } });
    expect(told).toEqual([
      { share: 0.25, words: "streets" },
      { share: null, words: "walking" },
    ]);
    expect(asked.at(-1)?.[0]).toMatch(/\/api\/jobs\/j1\/reply$/);
    expect(heard[0]?.readyState).toBe(FakeEvents.CLOSED);
  });

  it("that fails gives its problems", async () => {
    replies = [json(JOB, 202)];
    const reply = work("/api/answers", { body: {} });
    await settled();
    heard[0]?.tell("failed", { ...JOB, state: "failed", problems: [PROBLEM] });
    expect(await reply).toMatchObject({ kind: "refused", problems: [PROBLEM] });
  });

  it("that is given up is called off on the server", async () => {
    const end = new AbortController();
    replies = [json(JOB, 202), json(JOB)];
    const reply = work("/api/answers", { body: {}, signal: end.signal });
    await settled();
    end.abort();
    expect(await reply).toEqual({ kind: "stale" });
    await settled();
    expect(asked.at(-1)?.[0]).toMatch(/\/api\/jobs\/j1$/);
    expect(asked.at(-1)?.[1].method).toBe("DELETE");
  });

  it("of a server that stops ends in a clear refusal, after some patience", async () => {
    replies = [json(JOB, 202)];
    const reply = work("/api/answers", { body: {} });
    await settled();
    for (let tries = 0; tries < 3; tries++) {
      heard[0]?.onerror?.();
      await settled();
    }
    const found = await reply;
    expect(found.kind === "refused" && gone(found)).toBe(true);
  });

  it("that is called off by a server that stops, or by somebody else, says so and does not wait for ever", async () => {
    replies = [json(JOB, 202)];
    const stopping = work("/api/answers", { body: {} });
    await settled();
    heard[0]?.tell("cancelled", { ...JOB, state: "cancelled" });
    const found = await stopping;
    expect(found.kind === "refused" && gone(found)).toBe(true);
    replies = [json(JOB, 202), json({ ...JOB, state: "cancelled" })];
    const others = work("/api/answers", { body: {} });
    await settled();
    heard[1]?.tell("cancelled", { ...JOB, state: "cancelled" });
    expect(await others).toMatchObject({
      kind: "refused",
      status: 409,
      problems: [{ what: "the work was called off" }],
    });
  });

  it("of a server that was started again, which no longer knows the job, is refused at once", async () => {
    replies = [json(JOB, 202), json({ problems: [PROBLEM] }, 404)];
    const reply = work("/api/answers", { body: {} });
    await settled();
    heard[0]?.onerror?.();
    expect(await reply).toMatchObject({ kind: "refused", status: 404 });
  });
});

describe("a stream", () => {
  it("hands on each line as it comes, however it is cut", async () => {
    const parts = ['{"n":1}\n{"n"', ":2}\n", '{"n":3}'];
    const body = new ReadableStream({
      start(control) {
        for (const part of parts) control.enqueue(new TextEncoder().encode(part));
        control.close();
      },
    });
    replies = [() => new Response(body)];
    const lines: unknown[] = [];
    expect((await stream("/api/live", { body: {} }, (line) => lines.push(line))).kind).toBe("ok");
    expect(lines).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });
});
