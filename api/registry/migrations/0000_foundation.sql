CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"operator_id" uuid NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"role" text NOT NULL,
	"scopes" text[] DEFAULT '{}' NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_keys_hash" UNIQUE("hash"),
	CONSTRAINT "api_keys_name" CHECK (length("api_keys"."name") between 1 and 200),
	CONSTRAINT "api_keys_hash_form" CHECK ("api_keys"."hash" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "api_keys_role" CHECK ("api_keys"."role" in ('operator', 'vendor', 'ops', 'auditor', 'customer', 'gateway'))
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"actor" text NOT NULL,
	"channel" text NOT NULL,
	"action" text NOT NULL,
	"object" text NOT NULL,
	"reason" text,
	"data" jsonb,
	"at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "audit_channel" CHECK ("audit"."channel" in ('pos', 'app', 'api', 'auto', 'field'))
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "accounts_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"usage_point_id" uuid NOT NULL,
	"service" text NOT NULL,
	"currency" text NOT NULL,
	"shard" integer NOT NULL,
	"slot" integer NOT NULL,
	"gateway" integer NOT NULL,
	"price_list_id" uuid NOT NULL,
	"policy_id" uuid NOT NULL,
	"payment_mode" text DEFAULT 'prepayment' NOT NULL,
	"recorded" boolean DEFAULT false NOT NULL,
	"command_number" bigint DEFAULT 0 NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "accounts_usage_point" UNIQUE("usage_point_id"),
	CONSTRAINT "accounts_place" UNIQUE("shard","slot"),
	CONSTRAINT "accounts_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "accounts_slot" CHECK ("accounts"."slot" between 0 and 1048575),
	CONSTRAINT "accounts_currency" CHECK ("accounts"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "accounts_payment_mode" CHECK ("accounts"."payment_mode" in ('prepayment', 'credit')),
	CONSTRAINT "accounts_command_number" CHECK ("accounts"."command_number" between 0 and 4294967295)
);
--> statement-breakpoint
CREATE TABLE "engine_commands" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "engine_commands_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"shard" integer NOT NULL,
	"slot" integer,
	"number" bigint NOT NULL,
	"body" jsonb NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"reply" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"answered_at" timestamp with time zone,
	CONSTRAINT "engine_commands_number" UNIQUE NULLS NOT DISTINCT("shard","slot","number"),
	CONSTRAINT "engine_commands_state" CHECK ("engine_commands"."state" in ('pending', 'applied', 'refused')),
	CONSTRAINT "engine_commands_answered" CHECK (("engine_commands"."state" = 'pending') = ("engine_commands"."reply" is null)),
	CONSTRAINT "engine_commands_number_from_1" CHECK ("engine_commands"."number" between 1 and 4294967295)
);
--> statement-breakpoint
CREATE TABLE "shard_policies" (
	"shard" integer NOT NULL,
	"policy_id" uuid NOT NULL,
	"index" integer NOT NULL,
	CONSTRAINT "shard_policies_shard_policy_id_pk" PRIMARY KEY("shard","policy_id"),
	CONSTRAINT "shard_policies_index" UNIQUE("shard","index")
);
--> statement-breakpoint
CREATE TABLE "shard_price_lists" (
	"shard" integer NOT NULL,
	"price_list_id" uuid NOT NULL,
	"index" integer NOT NULL,
	"covers_to" timestamp with time zone NOT NULL,
	CONSTRAINT "shard_price_lists_shard_price_list_id_pk" PRIMARY KEY("shard","price_list_id"),
	CONSTRAINT "shard_price_lists_index" UNIQUE("shard","index")
);
--> statement-breakpoint
CREATE TABLE "gateways" (
	"number" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "gateways_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"site_id" uuid NOT NULL,
	"shard" integer NOT NULL,
	"name" text NOT NULL,
	"key" text NOT NULL,
	"roster_version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "gateways_site_name" UNIQUE("site_id","name"),
	CONSTRAINT "gateways_number_shard" UNIQUE("number","shard"),
	CONSTRAINT "gateways_name" CHECK (length("gateways"."name") between 1 and 200),
	CONSTRAINT "gateways_key" CHECK ("gateways"."key" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "gateways_roster_version" CHECK ("gateways"."roster_version" > 0)
);
--> statement-breakpoint
CREATE TABLE "meters" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "meters_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"gateway" integer NOT NULL,
	"usage_point_id" uuid NOT NULL,
	"serial" text NOT NULL,
	"service" text NOT NULL,
	"driver" text NOT NULL,
	"device" text NOT NULL,
	"host" text NOT NULL,
	"port" integer NOT NULL,
	"address" text NOT NULL,
	"modulus_atoms" bigint NOT NULL,
	"max_rate_atoms_per_hour" bigint NOT NULL,
	"step_atoms" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"retired_at" timestamp with time zone,
	CONSTRAINT "meters_operator_serial" UNIQUE("operator_id","serial"),
	CONSTRAINT "meters_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "meters_serial" CHECK (length("meters"."serial") between 1 and 64),
	CONSTRAINT "meters_device" CHECK (length("meters"."device") between 1 and 64),
	CONSTRAINT "meters_address" CHECK (length("meters"."address") between 1 and 64),
	CONSTRAINT "meters_host" CHECK (length("meters"."host") between 1 and 253),
	CONSTRAINT "meters_driver" CHECK ("meters"."driver" in ('modbus', 'mbus')),
	CONSTRAINT "meters_port" CHECK ("meters"."port" between 1 and 65535),
	CONSTRAINT "meters_register" CHECK ("meters"."modulus_atoms" >= 0 and "meters"."max_rate_atoms_per_hour" >= 0 and "meters"."step_atoms" >= 0)
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "customers_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "customers_operator_name" UNIQUE("operator_id","name"),
	CONSTRAINT "customers_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "customers_name" CHECK (length("customers"."name") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "operators" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "operators_name_unique" UNIQUE("name"),
	CONSTRAINT "operators_name" CHECK (length("operators"."name") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "shards" (
	"shard" integer PRIMARY KEY NOT NULL,
	"command_number" bigint DEFAULT 0 NOT NULL,
	"next_slot" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "shards_shard" CHECK ("shards"."shard" between 0 and 1023),
	CONSTRAINT "shards_next_slot" CHECK ("shards"."next_slot" between 0 and 1048576),
	CONSTRAINT "shards_command_number" CHECK ("shards"."command_number" between 0 and 4294967295)
);
--> statement-breakpoint
CREATE TABLE "sites" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "sites_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"name" text NOT NULL,
	"timezone" text NOT NULL,
	"shard" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sites_operator_name" UNIQUE("operator_id","name"),
	CONSTRAINT "sites_id_shard" UNIQUE("id","shard"),
	CONSTRAINT "sites_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "sites_name" CHECK (length("sites"."name") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "units" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "units_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"site_id" uuid NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "units_site_name" UNIQUE("site_id","name"),
	CONSTRAINT "units_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "units_name" CHECK (length("units"."name") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "usage_points" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"unit_id" uuid NOT NULL,
	"customer_id" uuid,
	"service" text NOT NULL,
	"name" text DEFAULT 'main' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "usage_points_unit_service_name" UNIQUE("unit_id","service","name"),
	CONSTRAINT "usage_points_id_service" UNIQUE("id","service"),
	CONSTRAINT "usage_points_service" CHECK ("usage_points"."service" in ('electricity', 'heating', 'cooling', 'water', 'gas', 'parking', 'facility', 'fee')),
	CONSTRAINT "usage_points_name" CHECK (length("usage_points"."name") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "price_list_versions" (
	"number" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "price_list_versions_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"price_list_id" uuid NOT NULL,
	"effective_from" timestamp with time zone NOT NULL,
	"text" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "price_list_versions_begin" UNIQUE("price_list_id","effective_from"),
	CONSTRAINT "price_list_versions_whole_second" CHECK (extract(second from "price_list_versions"."effective_from") % 1 = 0)
);
--> statement-breakpoint
CREATE TABLE "price_lists" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "price_lists_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"name" text NOT NULL,
	"service" text NOT NULL,
	"currency" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "price_lists_operator_name" UNIQUE("operator_id","name"),
	CONSTRAINT "price_lists_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "price_lists_name" CHECK (length("price_lists"."name") between 1 and 200),
	CONSTRAINT "price_lists_service" CHECK ("price_lists"."service" in ('electricity', 'heating', 'cooling', 'water', 'gas', 'parking', 'facility', 'fee')),
	CONSTRAINT "price_lists_currency" CHECK ("price_lists"."currency" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
CREATE TABLE "supply_policies" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "supply_policies_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"name" text NOT NULL,
	"currency" text NOT NULL,
	"low_credit_micros" bigint[] NOT NULL,
	"hysteresis_micros" bigint NOT NULL,
	"disablement_threshold_micros" bigint NOT NULL,
	"clearance_micros" bigint NOT NULL,
	"max_balance_micros" bigint NOT NULL,
	"automatic_cut" boolean NOT NULL,
	"stale_after_s" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "supply_policies_operator_name" UNIQUE("operator_id","name"),
	CONSTRAINT "supply_policies_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "supply_policies_name" CHECK (length("supply_policies"."name") between 1 and 200),
	CONSTRAINT "supply_policies_currency" CHECK ("supply_policies"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "supply_policies_thresholds" CHECK (cardinality("supply_policies"."low_credit_micros") <= 4),
	CONSTRAINT "supply_policies_not_negative" CHECK ("supply_policies"."hysteresis_micros" >= 0 and "supply_policies"."clearance_micros" >= 0 and "supply_policies"."stale_after_s" >= 0)
);
--> statement-breakpoint
CREATE TABLE "supply_commands" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "supply_commands_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"set_id" uuid,
	"operator_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"action" text NOT NULL,
	"cause" text NOT NULL,
	"reason" text NOT NULL,
	"key_id" uuid,
	"command_number" bigint,
	"supply_number" bigint,
	"state" text DEFAULT 'requested' NOT NULL,
	"fault" text,
	"requested_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "supply_commands_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "supply_commands_command" UNIQUE("account_id","command_number"),
	CONSTRAINT "supply_commands_supply" UNIQUE("account_id","supply_number"),
	CONSTRAINT "supply_commands_action" CHECK ("supply_commands"."action" in ('cut', 'restore')),
	CONSTRAINT "supply_commands_state" CHECK ("supply_commands"."state" in ('requested', 'sent', 'acknowledged', 'executed', 'failed', 'expired')),
	CONSTRAINT "supply_commands_cause" CHECK ("supply_commands"."cause" in ('automatic', 'manual')),
	CONSTRAINT "supply_commands_reason" CHECK (length("supply_commands"."reason") <= 500),
	CONSTRAINT "supply_commands_by_whom" CHECK ("supply_commands"."cause" = 'automatic' or ("supply_commands"."key_id" is not null and "supply_commands"."command_number" is not null))
);
--> statement-breakpoint
CREATE TABLE "receipt_counters" (
	"operator_id" uuid PRIMARY KEY NOT NULL,
	"last_number" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "receipt_counters_last_number" CHECK ("receipt_counters"."last_number" >= 0)
);
--> statement-breakpoint
CREATE TABLE "vends" (
	"operator_id" uuid NOT NULL,
	"vend_id" text NOT NULL,
	"key_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"command_number" bigint NOT NULL,
	"body_hash" text NOT NULL,
	"amount_micros" bigint NOT NULL,
	"currency" text NOT NULL,
	"tender" jsonb NOT NULL,
	"terminal_id" text,
	"meter_serial" text NOT NULL,
	"trace_id" text NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"receipt_number" bigint,
	"answer_status" integer,
	"answer" "bytea",
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "vends_operator_id_vend_id_pk" PRIMARY KEY("operator_id","vend_id"),
	CONSTRAINT "vends_command" UNIQUE("account_id","command_number"),
	CONSTRAINT "vends_receipt" UNIQUE("operator_id","receipt_number"),
	CONSTRAINT "vends_id" CHECK (length("vends"."vend_id") between 1 and 64),
	CONSTRAINT "vends_amount" CHECK ("vends"."amount_micros" > 0),
	CONSTRAINT "vends_currency" CHECK ("vends"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "vends_state" CHECK ("vends"."state" in ('pending', 'applied', 'refused')),
	CONSTRAINT "vends_answer" CHECK (("vends"."state" = 'pending') = ("vends"."answer" is null)),
	CONSTRAINT "vends_receipt_of_applied" CHECK (("vends"."state" = 'applied') = ("vends"."receipt_number" is not null))
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit" ADD CONSTRAINT "audit_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_shard_shards_shard_fk" FOREIGN KEY ("shard") REFERENCES "public"."shards"("shard") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_price_list_id_price_lists_id_fk" FOREIGN KEY ("price_list_id") REFERENCES "public"."price_lists"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_policy_id_supply_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "public"."supply_policies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_usage_point_id_service_usage_points_id_service_fk" FOREIGN KEY ("usage_point_id","service") REFERENCES "public"."usage_points"("id","service") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_gateway_shard_gateways_number_shard_fk" FOREIGN KEY ("gateway","shard") REFERENCES "public"."gateways"("number","shard") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "engine_commands" ADD CONSTRAINT "engine_commands_shard_shards_shard_fk" FOREIGN KEY ("shard") REFERENCES "public"."shards"("shard") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "engine_commands" ADD CONSTRAINT "engine_commands_shard_slot_accounts_shard_slot_fk" FOREIGN KEY ("shard","slot") REFERENCES "public"."accounts"("shard","slot") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shard_policies" ADD CONSTRAINT "shard_policies_shard_shards_shard_fk" FOREIGN KEY ("shard") REFERENCES "public"."shards"("shard") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shard_policies" ADD CONSTRAINT "shard_policies_policy_id_supply_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "public"."supply_policies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shard_price_lists" ADD CONSTRAINT "shard_price_lists_shard_shards_shard_fk" FOREIGN KEY ("shard") REFERENCES "public"."shards"("shard") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shard_price_lists" ADD CONSTRAINT "shard_price_lists_price_list_id_price_lists_id_fk" FOREIGN KEY ("price_list_id") REFERENCES "public"."price_lists"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gateways" ADD CONSTRAINT "gateways_site_id_shard_sites_id_shard_fk" FOREIGN KEY ("site_id","shard") REFERENCES "public"."sites"("id","shard") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meters" ADD CONSTRAINT "meters_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meters" ADD CONSTRAINT "meters_gateway_gateways_number_fk" FOREIGN KEY ("gateway") REFERENCES "public"."gateways"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meters" ADD CONSTRAINT "meters_usage_point_id_service_usage_points_id_service_fk" FOREIGN KEY ("usage_point_id","service") REFERENCES "public"."usage_points"("id","service") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sites" ADD CONSTRAINT "sites_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sites" ADD CONSTRAINT "sites_shard_shards_shard_fk" FOREIGN KEY ("shard") REFERENCES "public"."shards"("shard") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "units" ADD CONSTRAINT "units_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_points" ADD CONSTRAINT "usage_points_unit_id_units_id_fk" FOREIGN KEY ("unit_id") REFERENCES "public"."units"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_points" ADD CONSTRAINT "usage_points_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "price_list_versions" ADD CONSTRAINT "price_list_versions_price_list_id_price_lists_id_fk" FOREIGN KEY ("price_list_id") REFERENCES "public"."price_lists"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "price_lists" ADD CONSTRAINT "price_lists_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supply_policies" ADD CONSTRAINT "supply_policies_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supply_commands" ADD CONSTRAINT "supply_commands_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supply_commands" ADD CONSTRAINT "supply_commands_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supply_commands" ADD CONSTRAINT "supply_commands_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "receipt_counters" ADD CONSTRAINT "receipt_counters_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vends" ADD CONSTRAINT "vends_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vends" ADD CONSTRAINT "vends_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vends" ADD CONSTRAINT "vends_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_operator" ON "audit" USING btree ("operator_id","id");--> statement-breakpoint
CREATE INDEX "accounts_operator" ON "accounts" USING btree ("operator_id","ordinal");--> statement-breakpoint
CREATE INDEX "engine_commands_pending" ON "engine_commands" USING btree ("shard","slot","number") WHERE state = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX "meters_one_at_usage_point" ON "meters" USING btree ("usage_point_id") WHERE retired_at is null;--> statement-breakpoint
CREATE INDEX "meters_gateway" ON "meters" USING btree ("gateway");--> statement-breakpoint
CREATE INDEX "supply_commands_operator" ON "supply_commands" USING btree ("operator_id","ordinal");--> statement-breakpoint
CREATE INDEX "supply_commands_set" ON "supply_commands" USING btree ("set_id");--> statement-breakpoint
CREATE INDEX "vends_pending" ON "vends" USING btree ("created_at") WHERE state = 'pending';