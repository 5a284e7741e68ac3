/**
 * The store as reports ask it: questions with bound parameters under one set of bounds, and tables as Parquet.
 */
import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { type ClickHouseClient, ClickHouseError } from "@clickhouse/client";
import {
  QUESTION_ROWS_READ_MAX,
  QUESTION_S_MAX,
  REPORT_ROWS_MAX,
  ReportTooLarge,
} from "./limits.ts";
import { parquetType, parquetValue } from "./parquet.ts";
import type { Column, Row } from "./table.ts";

/** Values bound to a question's parameters. */
export type Params = Record<string, unknown>;

/** The store; both reject when it does not answer, `rows` with ReportTooLarge for a question over the bounds. */
export type ReportStore = {
  /** The rows of a question, each an array of its columns; 64-bit numbers come as text. */
  rows<Found extends readonly unknown[]>(query: string, params: Params): Promise<Found[]>;
  /** A table as a Parquet file. */
  parquet(columns: readonly Column[], rows: readonly Row[]): Promise<Readable>;
};

/** ClickHouse's codes for a question that takes too long, reads too much or gives too many rows. */
const TOO_LARGE = new Set(["158", "159", "160", "241", "307", "396"]);

/** Asks through a client. */
export function openReportStore(client: ClickHouseClient): ReportStore {
  return {
    rows: async (query, params) => {
      try {
        const result = await client.query({
          query,
          query_params: params,
          format: "JSONCompactEachRow",
          clickhouse_settings: {
            max_execution_time: QUESTION_S_MAX,
            max_result_rows: String(REPORT_ROWS_MAX),
            result_overflow_mode: "throw",
            max_rows_to_read: String(QUESTION_ROWS_READ_MAX),
            read_overflow_mode: "throw",
          },
        });
        return (await result.json()) as never;
      } catch (error) {
        throw asTooLarge(error);
      }
    },
    parquet: (columns, rows) => parquet(client, columns, rows),
  };
}

function asTooLarge(error: unknown): unknown {
  if (!(error instanceof ClickHouseError) || !TOO_LARGE.has(error.code)) return error;
  return new ReportTooLarge(
    `the report passes a bound (${REPORT_ROWS_MAX} rows, ${QUESTION_S_MAX} s, ${QUESTION_ROWS_READ_MAX} rows read): ask for less time, longer intervals or fewer accounts`,
    { cause: error },
  );
}

/** ClickHouse writes the file, from a table that only this session sees. */
async function parquet(
  client: ClickHouseClient,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<Readable> {
  const session_id = randomUUID();
  const typed = columns.map((each) => `\`${each.name}\` ${parquetType(each)}`).join(", ");
  await client.command({
    query: `CREATE TEMPORARY TABLE report (${typed}) ENGINE = Memory`,
    session_id,
  });
  if (rows.length > 0) {
    await client.insert({
      table: "report",
      values: rows.map((row) => columns.map((each) => parquetValue(each, row[each.name] ?? null))),
      format: "JSONCompactEachRow",
      session_id,
      clickhouse_settings: { date_time_input_format: "best_effort" },
    });
  }
  const { stream } = await client.exec({
    query: "SELECT * FROM report FORMAT Parquet",
    session_id,
  });
  return stream;
}
