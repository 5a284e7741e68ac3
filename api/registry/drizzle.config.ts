import { defineConfig } from "drizzle-kit";

/** For `npx drizzle-kit generate --config api/registry/drizzle.config.ts`: writes the next migration from the schema. */
export default defineConfig({
  dialect: "postgresql",
  schema: "./api/registry/schema/*.ts",
  out: "./api/registry/migrations",
});
