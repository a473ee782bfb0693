import { describe, expect, it } from "vitest";
import { editions } from "./source_line";

describe("editions", () => {
  it("are told as one, or from the first to the last", () => {
    expect(editions([], "edition", "editions")).toBe("");
    expect(editions(["2026"], "edition", "editions")).toBe("edition 2026");
    expect(editions(["2026-06", "2024", "2025"], "edition", "editions")).toBe("editions 2024 – 2026-06");
  });

  it("are told by their dates, where there are any", () => {
    expect(editions(["2026-01-01", "synthetic"], "edition", "editions")).toBe("edition 2026-01-01");
    const timetable = "2026-01-05 to 2026-12-13 (version 7)";
    expect(editions([timetable, "2025"], "edition", "editions")).toBe("editions 2025 – 2026-01-05");
    expect(editions(["synthetic"], "edition", "editions")).toBe("edition synthetic");
  });
});
