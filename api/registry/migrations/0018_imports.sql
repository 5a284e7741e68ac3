CREATE TABLE "import_chunks" (
	"import" uuid NOT NULL,
	"operator_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"digest" text NOT NULL,
	"lines" integer NOT NULL,
	"verdicts" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "import_chunks_import_number_pk" PRIMARY KEY("import","number"),
	CONSTRAINT "import_chunks_lines" CHECK ("import_chunks"."lines" > 0 and "import_chunks"."number" >= 0),
	CONSTRAINT "import_chunks_digest" CHECK ("import_chunks"."digest" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "imports_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"import_id" text NOT NULL,
	"key_id" uuid NOT NULL,
	"format" text NOT NULL,
	"dry_run" boolean NOT NULL,
	"state" text DEFAULT 'running' NOT NULL,
	"run" integer DEFAULT 1 NOT NULL,
	"lines_read" bigint DEFAULT 0 NOT NULL,
	"made" bigint DEFAULT 0 NOT NULL,
	"unchanged" bigint DEFAULT 0 NOT NULL,
	"refused" bigint DEFAULT 0 NOT NULL,
	"accounts_opened" bigint DEFAULT 0 NOT NULL,
	"fault" text,
	"alive_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "imports_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "imports_operator_import" UNIQUE("operator_id","import_id"),
	CONSTRAINT "imports_operator" UNIQUE("id","operator_id"),
	CONSTRAINT "imports_import_id" CHECK (length("imports"."import_id") between 1 and 64),
	CONSTRAINT "imports_format" CHECK ("imports"."format" in ('ndjson', 'csv')),
	CONSTRAINT "imports_state" CHECK ("imports"."state" in ('running', 'interrupted', 'finished')),
	CONSTRAINT "imports_ended" CHECK (("imports"."ended_at" is null) = ("imports"."state" = 'running')),
	CONSTRAINT "imports_lines" CHECK ("imports"."made" + "imports"."unchanged" + "imports"."refused" = "imports"."lines_read")
);
--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "reference" text;--> statement-breakpoint
ALTER TABLE "units" ADD COLUMN "reference" text;--> statement-breakpoint
ALTER TABLE "import_chunks" ADD CONSTRAINT "import_chunks_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_chunks" ADD CONSTRAINT "import_chunks_import_operator_id_imports_id_operator_id_fk" FOREIGN KEY ("import","operator_id") REFERENCES "public"."imports"("id","operator_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "imports_one_running" ON "imports" USING btree ("operator_id") WHERE state = 'running';--> statement-breakpoint
ALTER TABLE "sites" ADD CONSTRAINT "sites_operator_reference" UNIQUE("operator_id","reference");--> statement-breakpoint
ALTER TABLE "units" ADD CONSTRAINT "units_site_reference" UNIQUE("site_id","reference");--> statement-breakpoint
ALTER TABLE "sites" ADD CONSTRAINT "sites_reference" CHECK (length("sites"."reference") between 1 and 64);--> statement-breakpoint
ALTER TABLE "units" ADD CONSTRAINT "units_reference" CHECK (length("units"."reference") between 1 and 64);