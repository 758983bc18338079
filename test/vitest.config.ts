import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    pool: "forks", // two EVMs on threads of one process crash
    maxWorkers: 2,
    testTimeout: 600_000, // tests are bounded by runs; a busy machine must not fail them
    hookTimeout: 600_000,
    coverage: { include: ["agents/**/*.ts"], reportsDirectory: "coverage/agents", reporter: ["text", "html", "lcov"] },
    projects: [
      { extends: true, test: { name: "agents", include: ["test/{agents,papers,helpers,mutation}/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "contracts",
          include: ["test/{contracts,libraries,invariants,e2e}/**/*.test.ts"],
          setupFiles: ["test/helpers/setup.ts"],
        },
      },
    ],
  },
});
