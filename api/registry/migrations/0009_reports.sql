CREATE TABLE "carbon_factors" (
	"table_id" uuid NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"micrograms" bigint NOT NULL,
	CONSTRAINT "carbon_factors_table_id_hour_pk" PRIMARY KEY("table_id","hour"),
	CONSTRAINT "carbon_factors_hour" CHECK (extract(epoch from "carbon_factors"."hour")::bigint % 3600 = 0),
	CONSTRAINT "carbon_factors_range" CHECK ("carbon_factors"."micrograms" between 0 and 1000000000000)
);
--> statement-breakpoint
CREATE TABLE "carbon_tables" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "carbon_tables_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"name" text NOT NULL,
	"service" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "carbon_tables_operator_name" UNIQUE("operator_id","name"),
	CONSTRAINT "carbon_tables_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "carbon_tables_name" CHECK (length("carbon_tables"."name") between 1 and 200),
	CONSTRAINT "carbon_tables_service" CHECK ("carbon_tables"."service" in ('electricity', 'heating', 'cooling', 'water', 'gas', 'parking', 'facility', 'fee'))
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "cost_center" text;--> statement-breakpoint
ALTER TABLE "units" ADD COLUMN "use" text DEFAULT 'private' NOT NULL;--> statement-breakpoint
ALTER TABLE "units" ADD COLUMN "cost_center" text;--> statement-breakpoint
ALTER TABLE "units" ADD COLUMN "area_dm2" bigint;--> statement-breakpoint
ALTER TABLE "carbon_factors" ADD CONSTRAINT "carbon_factors_table_id_carbon_tables_id_fk" FOREIGN KEY ("table_id") REFERENCES "public"."carbon_tables"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "carbon_tables" ADD CONSTRAINT "carbon_tables_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_cost_center" CHECK (length("accounts"."cost_center") between 1 and 64);--> statement-breakpoint
ALTER TABLE "units" ADD CONSTRAINT "units_use" CHECK ("units"."use" in ('private', 'common', 'supply'));--> statement-breakpoint
ALTER TABLE "units" ADD CONSTRAINT "units_cost_center" CHECK (length("units"."cost_center") between 1 and 64);--> statement-breakpoint
ALTER TABLE "units" ADD CONSTRAINT "units_area" CHECK ("units"."area_dm2" between 1 and 1000000000000);