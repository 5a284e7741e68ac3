CREATE TABLE "calendar_versions" (
	"calendar_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"text" text NOT NULL,
	"key_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "calendar_versions_calendar_id_version_pk" PRIMARY KEY("calendar_id","version"),
	CONSTRAINT "calendar_versions_version" CHECK ("calendar_versions"."version" > 0)
);
--> statement-breakpoint
CREATE TABLE "calendars" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "calendars_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"name" text NOT NULL,
	"text" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "calendars_operator_name" UNIQUE("operator_id","name"),
	CONSTRAINT "calendars_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "calendars_name" CHECK (length("calendars"."name") between 1 and 200),
	CONSTRAINT "calendars_version" CHECK ("calendars"."version" > 0)
);
--> statement-breakpoint
CREATE TABLE "shard_calendars" (
	"shard" integer NOT NULL,
	"calendar_id" uuid NOT NULL,
	"index" integer NOT NULL,
	"covers_to" timestamp with time zone NOT NULL,
	"renew_at" timestamp with time zone NOT NULL,
	CONSTRAINT "shard_calendars_shard_calendar_id_pk" PRIMARY KEY("shard","calendar_id"),
	CONSTRAINT "shard_calendars_index" UNIQUE("shard","index"),
	CONSTRAINT "shard_calendars_place" CHECK ("shard_calendars"."index" between 0 and 255)
);
--> statement-breakpoint
CREATE TABLE "account_orders" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "account_orders_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"op" text NOT NULL,
	"asked" jsonb NOT NULL,
	"idempotency_key" text,
	"body_hash" text NOT NULL,
	"reason" text,
	"key_id" uuid NOT NULL,
	"decided_by" uuid,
	"decision_reason" text,
	"decided_at" timestamp with time zone,
	"state" text NOT NULL,
	"command_number" bigint,
	"vend_id" text,
	"note" jsonb,
	"fault" text,
	"balance_micros" bigint,
	"parts" jsonb,
	"applied_at" timestamp with time zone,
	"trace_id" text NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "account_orders_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "account_orders_idempotency" UNIQUE("operator_id","idempotency_key"),
	CONSTRAINT "account_orders_command" UNIQUE("account_id","command_number"),
	CONSTRAINT "account_orders_op" CHECK ("account_orders"."op" in ('activate_emergency_credit', 'set_critical_need', 'set_debt', 'grant_credit', 'adjust', 'reverse_credit', 'set_payment_mode', 'cancel_mode_change', 'change_tenancy', 'exchange_meter', 'accept_reading', 'reject_reading')),
	CONSTRAINT "account_orders_state" CHECK ("account_orders"."state" in ('awaiting_approval', 'rejected', 'pending', 'applied', 'refused')),
	CONSTRAINT "account_orders_reason" CHECK (length("account_orders"."reason") <= 500),
	CONSTRAINT "account_orders_key_form" CHECK (length("account_orders"."idempotency_key") between 1 and 64),
	CONSTRAINT "account_orders_two_people" CHECK ("account_orders"."decided_by" <> "account_orders"."key_id"),
	CONSTRAINT "account_orders_number" CHECK (("account_orders"."command_number" is null) = ("account_orders"."state" in ('awaiting_approval', 'rejected'))),
	CONSTRAINT "account_orders_fault" CHECK (("account_orders"."fault" is not null) = ("account_orders"."state" = 'refused')),
	CONSTRAINT "account_orders_applied" CHECK (("account_orders"."applied_at" is not null) = ("account_orders"."state" = 'applied')),
	CONSTRAINT "account_orders_of_vend" CHECK (("account_orders"."vend_id" is not null) = ("account_orders"."op" = 'reverse_credit'))
);
--> statement-breakpoint
CREATE TABLE "supply_policy_versions" (
	"policy_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"said" jsonb NOT NULL,
	"key_id" uuid,
	"at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "supply_policy_versions_policy_id_version_pk" PRIMARY KEY("policy_id","version"),
	CONSTRAINT "supply_policy_versions_version" CHECK ("supply_policy_versions"."version" > 0)
);
--> statement-breakpoint
ALTER TABLE "supply_commands" DROP CONSTRAINT "supply_commands_state";--> statement-breakpoint
ALTER TABLE "supply_commands" DROP CONSTRAINT "supply_commands_by_whom";--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "critical_need" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "supply_policies" ADD COLUMN "terms" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "supply_policies" ADD COLUMN "friendly_calendar_id" uuid;--> statement-breakpoint
ALTER TABLE "supply_policies" ADD COLUMN "cut_window_calendar_id" uuid;--> statement-breakpoint
ALTER TABLE "supply_policies" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "supply_commands" ADD COLUMN "override" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "supply_commands" ADD COLUMN "decided_by" uuid;--> statement-breakpoint
ALTER TABLE "calendar_versions" ADD CONSTRAINT "calendar_versions_calendar_id_calendars_id_fk" FOREIGN KEY ("calendar_id") REFERENCES "public"."calendars"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calendar_versions" ADD CONSTRAINT "calendar_versions_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calendars" ADD CONSTRAINT "calendars_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shard_calendars" ADD CONSTRAINT "shard_calendars_shard_shards_shard_fk" FOREIGN KEY ("shard") REFERENCES "public"."shards"("shard") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shard_calendars" ADD CONSTRAINT "shard_calendars_calendar_id_calendars_id_fk" FOREIGN KEY ("calendar_id") REFERENCES "public"."calendars"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_orders" ADD CONSTRAINT "account_orders_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_orders" ADD CONSTRAINT "account_orders_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_orders" ADD CONSTRAINT "account_orders_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_orders" ADD CONSTRAINT "account_orders_decided_by_api_keys_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_orders" ADD CONSTRAINT "account_orders_operator_id_vend_id_vends_operator_id_vend_id_fk" FOREIGN KEY ("operator_id","vend_id") REFERENCES "public"."vends"("operator_id","vend_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supply_policy_versions" ADD CONSTRAINT "supply_policy_versions_policy_id_supply_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "public"."supply_policies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supply_policy_versions" ADD CONSTRAINT "supply_policy_versions_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "account_orders_one_reversal" ON "account_orders" USING btree ("operator_id","vend_id") WHERE state not in ('refused', 'rejected');--> statement-breakpoint
CREATE INDEX "account_orders_operator" ON "account_orders" USING btree ("operator_id","ordinal");--> statement-breakpoint
CREATE INDEX "account_orders_account" ON "account_orders" USING btree ("account_id","ordinal");--> statement-breakpoint
ALTER TABLE "supply_policies" ADD CONSTRAINT "supply_policies_friendly_calendar_id_calendars_id_fk" FOREIGN KEY ("friendly_calendar_id") REFERENCES "public"."calendars"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supply_policies" ADD CONSTRAINT "supply_policies_cut_window_calendar_id_calendars_id_fk" FOREIGN KEY ("cut_window_calendar_id") REFERENCES "public"."calendars"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supply_commands" ADD CONSTRAINT "supply_commands_decided_by_api_keys_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supply_policies" ADD CONSTRAINT "supply_policies_version" CHECK ("supply_policies"."version" > 0);--> statement-breakpoint
ALTER TABLE "supply_policies" ADD CONSTRAINT "supply_policies_friendly" CHECK (("supply_policies"."friendly_calendar_id" is null) = (not "supply_policies"."terms" ? 'friendly'));--> statement-breakpoint
ALTER TABLE "supply_commands" ADD CONSTRAINT "supply_commands_two_people" CHECK ("supply_commands"."decided_by" <> "supply_commands"."key_id");--> statement-breakpoint
ALTER TABLE "supply_commands" ADD CONSTRAINT "supply_commands_override" CHECK (not "supply_commands"."override" or "supply_commands"."action" = 'cut');--> statement-breakpoint
ALTER TABLE "supply_commands" ADD CONSTRAINT "supply_commands_state" CHECK ("supply_commands"."state" in ('awaiting_approval', 'rejected', 'requested', 'sent', 'acknowledged', 'executed', 'failed', 'expired'));--> statement-breakpoint
ALTER TABLE "supply_commands" ADD CONSTRAINT "supply_commands_by_whom" CHECK ("supply_commands"."cause" <> 'manual' or ("supply_commands"."key_id" is not null and ("supply_commands"."command_number" is not null) = ("supply_commands"."state" not in ('awaiting_approval', 'rejected'))));