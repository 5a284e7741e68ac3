CREATE TABLE "notices" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "notices_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"key_id" uuid NOT NULL,
	"level" text NOT NULL,
	"target_id" uuid NOT NULL,
	"texts" jsonb NOT NULL,
	"urgent" boolean NOT NULL,
	"send_at" timestamp with time zone NOT NULL,
	"state" text DEFAULT 'scheduled' NOT NULL,
	"after_account" bigint DEFAULT 0 NOT NULL,
	"recipients" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "notices_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "notices_level" CHECK ("notices"."level" in ('account', 'unit_set', 'site')),
	CONSTRAINT "notices_state" CHECK ("notices"."state" in ('scheduled', 'sending', 'sent', 'cancelled'))
);
--> statement-breakpoint
CREATE TABLE "notification_facts" (
	"id" text PRIMARY KEY NOT NULL,
	"operator_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"type" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"data" jsonb NOT NULL,
	"done" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "notification_facts_id" CHECK (length("notification_facts"."id") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "notification_messages" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "notification_messages_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"key" text NOT NULL,
	"channel" text NOT NULL,
	"kind" text NOT NULL,
	"account_id" uuid,
	"customer_id" uuid,
	"endpoint_id" uuid,
	"notice_id" uuid,
	"language" text,
	"fields" jsonb NOT NULL,
	"urgent" boolean NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"retry_at" timestamp with time zone DEFAULT now() NOT NULL,
	"held_until" timestamp with time zone,
	"first_tried_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"fault" text,
	"at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "notification_messages_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "notification_messages_key" UNIQUE("operator_id","key"),
	CONSTRAINT "notification_messages_channel" CHECK ("notification_messages"."channel" in ('webhook', 'email', 'sms')),
	CONSTRAINT "notification_messages_state" CHECK ("notification_messages"."state" in ('pending', 'sent', 'dead')),
	CONSTRAINT "notification_messages_fault" CHECK (length("notification_messages"."fault") <= 200),
	CONSTRAINT "notification_messages_whom" CHECK (num_nonnulls("notification_messages"."customer_id", "notification_messages"."endpoint_id") = 1 and ("notification_messages"."channel" = 'webhook') = ("notification_messages"."endpoint_id" is not null)),
	CONSTRAINT "notification_messages_ended" CHECK (("notification_messages"."ended_at" is null) = ("notification_messages"."state" = 'pending'))
);
--> statement-breakpoint
CREATE TABLE "notification_preferences" (
	"customer_id" uuid PRIMARY KEY NOT NULL,
	"operator_id" uuid NOT NULL,
	"language" text NOT NULL,
	"channels" text[] NOT NULL,
	"email" text,
	"phone" text,
	"quiet_from_min" integer,
	"quiet_to_min" integer,
	"daily_max" integer NOT NULL,
	"since_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "notification_preferences_language" CHECK ("notification_preferences"."language" in ('en', 'es', 'de', 'fr')),
	CONSTRAINT "notification_preferences_email" CHECK (length("notification_preferences"."email") between 1 and 254),
	CONSTRAINT "notification_preferences_phone" CHECK (length("notification_preferences"."phone") between 1 and 16),
	CONSTRAINT "notification_preferences_quiet" CHECK (("notification_preferences"."quiet_from_min" is null) = ("notification_preferences"."quiet_to_min" is null) and "notification_preferences"."quiet_from_min" between 0 and 1439 and "notification_preferences"."quiet_to_min" between 0 and 1439),
	CONSTRAINT "notification_preferences_daily" CHECK ("notification_preferences"."daily_max" between 1 and 50),
	CONSTRAINT "notification_preferences_reach" CHECK ((not 'email' = any("notification_preferences"."channels") or "notification_preferences"."email" is not null) and (not 'sms' = any("notification_preferences"."channels") or "notification_preferences"."phone" is not null))
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "webhook_endpoints_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"url" text NOT NULL,
	"description" text,
	"event_types" text[] DEFAULT '{}' NOT NULL,
	"secret" text NOT NULL,
	"old_secret" text,
	"old_secret_until" timestamp with time zone,
	"state" text DEFAULT 'active' NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"resting_until" timestamp with time zone,
	"since_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhook_endpoints_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "webhook_endpoints_url" CHECK (length("webhook_endpoints"."url") between 1 and 1000),
	CONSTRAINT "webhook_endpoints_description" CHECK (length("webhook_endpoints"."description") between 1 and 200),
	CONSTRAINT "webhook_endpoints_state" CHECK ("webhook_endpoints"."state" in ('active', 'disabled', 'ended')),
	CONSTRAINT "webhook_endpoints_old_secret" CHECK (("webhook_endpoints"."old_secret" is null) = ("webhook_endpoints"."old_secret_until" is null))
);
--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_facts" ADD CONSTRAINT "notification_facts_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_facts" ADD CONSTRAINT "notification_facts_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_messages" ADD CONSTRAINT "notification_messages_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_messages" ADD CONSTRAINT "notification_messages_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_messages" ADD CONSTRAINT "notification_messages_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_messages" ADD CONSTRAINT "notification_messages_endpoint_id_webhook_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."webhook_endpoints"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_messages" ADD CONSTRAINT "notification_messages_notice_id_notices_id_fk" FOREIGN KEY ("notice_id") REFERENCES "public"."notices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_preferences" ADD CONSTRAINT "notification_preferences_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_preferences" ADD CONSTRAINT "notification_preferences_customer_id_operator_id_customers_id_operator_id_fk" FOREIGN KEY ("customer_id","operator_id") REFERENCES "public"."customers"("id","operator_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notices_operator" ON "notices" USING btree ("operator_id","ordinal");--> statement-breakpoint
CREATE INDEX "notices_due" ON "notices" USING btree ("send_at") WHERE state in ('scheduled', 'sending');--> statement-breakpoint
CREATE INDEX "notification_facts_open" ON "notification_facts" USING btree ("created_at") WHERE not done;--> statement-breakpoint
CREATE INDEX "notification_facts_age" ON "notification_facts" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "notification_messages_operator" ON "notification_messages" USING btree ("operator_id","ordinal");--> statement-breakpoint
CREATE INDEX "notification_messages_due" ON "notification_messages" USING btree ("retry_at") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "notification_messages_customer" ON "notification_messages" USING btree ("customer_id","at");--> statement-breakpoint
CREATE INDEX "notification_messages_ended" ON "notification_messages" USING btree ("ended_at");--> statement-breakpoint
CREATE INDEX "notification_preferences_operator" ON "notification_preferences" USING btree ("operator_id");--> statement-breakpoint
CREATE INDEX "webhook_endpoints_operator" ON "webhook_endpoints" USING btree ("operator_id","ordinal");