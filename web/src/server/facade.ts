/** The only file that asks the server: refusals come back as values, long work as a job with progress. */

import type { Job, Problem } from "./types";

/** What came of a request. stale: given up because something newer was asked. */
export type Reply<T> =
  | { readonly kind: "ok"; readonly value: T; readonly etag: string | null }
  | { readonly kind: "refused"; readonly status: number; readonly problems: readonly Problem[]; readonly body: unknown }
  | { readonly kind: "stale" };

/** How far long work is. share: 0 to 1, null when it cannot be told. */
export type Progress = { readonly share: number | null; readonly words: string };

export type Asking = {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
};

export type Working = Asking & { readonly onProgress?: (progress: Progress) => void };

const STALE = { kind: "stale" } as const;
const NO_ANSWER = 0; // the status of a server that is not there
/** Where the page is served from, without a slash at its end. */
function root(): string {
  return new URL("./", document.baseURI).href.replace(/\/$/, "");
}

/** The absolute address of a path such as `/api/cities`, wherever the page is served from. */
export function address(path: string): string {
  return root() + path;
}

/** One request, one reply. Never throws. */
export async function call<T>(path: string, asking: Asking = {}): Promise<Reply<T>> {
  try {
    const response = await send(path, asking);
    return await read<T>(response);
  } catch (error) {
    return asking.signal?.aborted ? STALE : unanswered(error);
  }
}

/** A request that may take long: answered at once, or as a job that is followed to its end. Aborting cancels the job. */
export async function work<T>(path: string, working: Working = {}): Promise<Reply<T>> {
  const first = await call<T & { id?: string }>(path, working);
  if (first.kind !== "ok" || !isJob(first)) return first;
  const id = first.value.id ?? "";
  const end = await followed(id, working);
  if (end.kind === "stale") {
    void call(`/api/jobs/${id}`, { method: "DELETE" });
    return STALE;
  }
  if (end.kind === "refused") return end;
  return call<T>(`/api/jobs/${id}/reply`, { signal: working.signal });
}

/** A stream of lines of JSON, each handed on as it comes. */
export async function stream(path: string, asking: Asking, onLine: (line: unknown) => void): Promise<Reply<null>> {
  try {
    const response = await send(path, asking);
    if (!response.ok || !response.body) return await read<null>(response);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + (value ?? "")).split("\n");
      rest = done ? "" : (lines.pop() ?? "");
      for (const line of lines) if (line.trim()) onLine(JSON.parse(line));
      if (done) return { kind: "ok", value: null, etag: null };
    }
  } catch (error) {
    return asking.signal?.aborted ? STALE : unanswered(error);
  }
}

const jobs = new WeakSet<object>();

function isJob(reply: Reply<unknown>): boolean {
  return jobs.has(reply);
}

async function send(path: string, asking: Asking): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", ...asking.headers };
  const init: RequestInit = { method: asking.method ?? (asking.body === undefined ? "GET" : "POST"), headers };
  if (asking.body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(asking.body);
  }
  if (asking.signal) init.signal = asking.signal;
  return fetch(address(path), init);
}

async function read<T>(response: Response): Promise<Reply<T>> {
  const text = await response.text();
  let body: unknown = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    if (response.ok) return refused(response.status, [problem("the server's reply is not JSON")], text);
  }
  if (!response.ok) return refused(response.status, problemsIn(body, response), body);
  const reply: Reply<T> = { kind: "ok", value: body as T, etag: response.headers.get("ETag") };
  if (response.status === 202) jobs.add(reply);
  return reply;
}

function refused(status: number, problems: readonly Problem[], body: unknown): Reply<never> {
  return { kind: "refused", status, problems, body };
}

function problemsIn(body: unknown, response: Response): readonly Problem[] {
  const found = (body as { problems?: unknown } | null)?.problems;
  if (Array.isArray(found) && found.length) return found as Problem[];
  return [problem(`the server answered ${response.status} ${response.statusText}`.trim())];
}

function problem(what: string, hint = ""): Problem {
  return { where: "server", what, hint, severity: "error" };
}

function unanswered(error: unknown): Reply<never> {
  const said = error instanceof Error ? error.message : String(error);
  return refused(NO_ANSWER, [problem("the server does not answer", said)], null);
}

/** Whether a refusal means that the server is not there. */
export function gone(reply: { readonly status: number }): boolean {
  return reply.status === NO_ANSWER;
}

type End = { readonly kind: "done" } | { readonly kind: "stale" } | (Reply<never> & { readonly kind: "refused" });

const PATIENCE = 3; // tries in a row to hear from a job before the server counts as gone

const LETTING_GO_MS = 300;

/** Follow a job by its events. A dropped connection is opened again by the browser; a server that is gone is told of. */
function followed(id: string, working: Working): Promise<End> {
  return new Promise((resolve) => {
    const events = new EventSource(address(`/api/jobs/${id}/events`));
    let silent = 0;
    const end = (how: End) => {
      events.close();
      working.signal?.removeEventListener("abort", stop);
      resolve(how);
    };
    const stop = () => end(STALE);
    if (working.signal?.aborted) return stop();
    working.signal?.addEventListener("abort", stop);
    events.addEventListener("progress", (event) => {
      silent = 0;
      working.onProgress?.(progressOf(event.data));
    });
    events.addEventListener("done", () => end({ kind: "done" }));
    events.addEventListener("failed", (event) => end(failure(event.data)));
    events.addEventListener("cancelled", async () => {
      events.close(); // by somebody else, or by a server that stops: that one lets go of its address first
      await new Promise((wait) => setTimeout(wait, LETTING_GO_MS));
      const now = await call<Job>(`/api/jobs/${id}`, { signal: working.signal });
      if (now.kind === "stale") return stop();
      end(
        now.kind === "refused" ? now : (refused(409, [problem("the work was called off", "ask again")], null) as End),
      );
    });
    events.onopen = () => {
      silent = 0;
    };
    events.onerror = async () => {
      silent += 1;
      const now = await call<Job>(`/api/jobs/${id}`, { signal: working.signal });
      if (now.kind === "stale") return stop();
      if (now.kind === "refused" && (!gone(now) || silent >= PATIENCE)) return end(now as End);
      if (now.kind === "ok" && now.value.state === "done") return end({ kind: "done" });
      if (events.readyState === EventSource.CLOSED) end(unanswered("the connection closed") as End);
    };
  });
}

function progressOf(data: string): Progress {
  try {
    const { stage, words, done, total } = JSON.parse(data) as Job;
    return { share: total > 0 ? done / total : null, words: stage || words };
  } catch {
    return { share: null, words: "" };
  }
}

function failure(data: string): End {
  try {
    const told = JSON.parse(data) as { problems?: Problem[]; status?: number };
    if (told.problems?.length) return refused(told.status ?? 422, told.problems, told) as End;
  } catch {
    // what cannot be read is told as it is
  }
  return refused(500, [problem("the work failed", data)], null) as End;
}
