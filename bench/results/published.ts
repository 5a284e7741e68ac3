/**
 * Figures that others have published of their own systems, as they stand in the named sources. None was measured here, and
 * each is of another thing than ours; `unlike` says how.
 */

/** What somebody says of a system. */
export type Published = {
  system: string;
  says: string;
  date: string;
  source: string;
  unlike: string;
};

/** All of them, oldest first. */
export const PUBLISHED: readonly Published[] = [
  {
    system: "LMAX business logic processor",
    says: "6 M orders/s on one thread",
    date: "July 2011",
    source: "https://martinfowler.com/articles/lmax.html",
    unlike: "orders in memory on one thread, journalled beside it; no tariff, no metering",
  },
  {
    system: "AMT-SYBEX Meterflow on IBM Informix TimeSeries",
    says: "10 M meters × 48 readings loaded and processed in less than 36 minutes on 16 POWER7 cores: over 13.9 k readings/s a core",
    date: "September 2011",
    source:
      "https://vdocuments.us/unprecedented-performance-and-scalability-demonstrated-for-meter-data-management.html",
    unlike:
      "meter data management with validation and billing determinants, in batch; no balances, no supply decisions",
  },
  {
    system: "Oracle Utilities Meter Data Management 2.0.1",
    says: "over 1 000 M reads in an hour, 278 k reads/s, on a full rack of Exadata X2-2 and Exalogic X2-2",
    date: "September 2011",
    source:
      "https://paperzz.com/doc/8685966/oracle-utilities-meter-data-management-2.0.1-demonstrates",
    unlike: "loading and validation of reads in batch; no balances",
  },
  {
    system: "CGRateS (telecom rating and debit)",
    says: "over 5 000 requests/s on a single machine (2014); over 13 000 on a modest one (later); over 50 000 on everyday hardware (newest)",
    date: "2014 and later",
    source: "https://github.com/cgrates/cgrates/blob/master/docs/overview.rst",
    unlike: "a request for each call or session, no hardware named, balances in floating point",
  },
  {
    system: "TigerBeetle",
    says: "over 600 k transfers/s; about 160 k in its automatic benchmarks on shared machines in May 2024",
    date: "September 2025",
    source: "https://tigerbeetle.com/newsletters/2025-10-20-september-in-tigerland",
    unlike:
      "double-entry transfers, replicated by consensus, batches of up to 8 190; no tariff and no time",
  },
  {
    system: "Stripe meter event streams",
    says: "10 k events/s to a stream",
    date: "September 2024",
    source:
      "https://docs.stripe.com/changelog/acacia/2024-09-30/usage-based-billing-v2-meter-events-api",
    unlike: "a limit of a shared service, not a speed; usage is summed up later",
  },
  {
    system: "Oracle BRM 15.0.1, charging",
    says: "19.7 k transactions/s on 36 cores: 547 a core",
    date: "15.0",
    source:
      "https://docs.oracle.com/en/industries/communications/billing-revenue/15.0/cloud-native-performance/charging-efficiency1.html",
    unlike: "telecom sessions over Diameter, 20 M accounts, a database behind",
  },
  {
    system: "Lago",
    says: "1-3 M events/s taken in with a ClickHouse cluster and Kafka; 10 k events/s on one PostgreSQL",
    date: "read in 2026",
    source: "https://getlago.com/docs/guide/events/usage-performances",
    unlike: "events taken in for billing later; balances follow within seconds",
  },
];
