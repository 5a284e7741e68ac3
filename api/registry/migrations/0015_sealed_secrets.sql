CREATE TABLE "sms_parts" (
	"message_id" uuid NOT NULL,
	"operator_id" uuid NOT NULL,
	"part" integer NOT NULL,
	"parts" integer NOT NULL,
	"reference" text NOT NULL,
	"state" text DEFAULT 'accepted' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sms_parts_message_id_part_pk" PRIMARY KEY("message_id","part"),
	CONSTRAINT "sms_parts_part" CHECK ("sms_parts"."part" between 1 and "sms_parts"."parts"),
	CONSTRAINT "sms_parts_state" CHECK ("sms_parts"."state" in ('accepted', 'delivered', 'failed')),
	CONSTRAINT "sms_parts_reference" CHECK (length("sms_parts"."reference") between 1 and 65)
);
--> statement-breakpoint
ALTER TABLE "gateways" DROP CONSTRAINT "gateways_key";--> statement-breakpoint
ALTER TABLE "meters" DROP CONSTRAINT "meters_key";--> statement-breakpoint
ALTER TABLE "auto_top_ups" DROP CONSTRAINT "auto_top_ups_method";--> statement-breakpoint
ALTER TABLE "notification_messages" ADD COLUMN "delivery" text;--> statement-breakpoint
ALTER TABLE "notification_messages" ADD COLUMN "delivery_fault" text;--> statement-breakpoint
ALTER TABLE "sms_parts" ADD CONSTRAINT "sms_parts_message_id_notification_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."notification_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sms_parts" ADD CONSTRAINT "sms_parts_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sms_parts_reference" ON "sms_parts" USING btree ("reference");--> statement-breakpoint
CREATE INDEX "sms_parts_operator" ON "sms_parts" USING btree ("operator_id");--> statement-breakpoint
ALTER TABLE "gateways" ADD CONSTRAINT "gateways_key_sealed" CHECK ("gateways"."key" ~ '^sealed[.]1[.][0-9a-f]{16}[.][A-Za-z0-9_-]+$') NOT VALID;--> statement-breakpoint
ALTER TABLE "meters" ADD CONSTRAINT "meters_key_sealed" CHECK ("meters"."key" ~ '^sealed[.]1[.][0-9a-f]{16}[.][A-Za-z0-9_-]+$') NOT VALID;--> statement-breakpoint
ALTER TABLE "notification_messages" ADD CONSTRAINT "notification_messages_delivery" CHECK ("notification_messages"."delivery" in ('underway', 'delivered', 'failed'));--> statement-breakpoint
ALTER TABLE "notification_messages" ADD CONSTRAINT "notification_messages_delivery_fault" CHECK (length("notification_messages"."delivery_fault") <= 200 and ("notification_messages"."delivery_fault" is null or "notification_messages"."delivery" = 'failed'));--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_secret_sealed" CHECK ("webhook_endpoints"."secret" ~ '^sealed[.]1[.][0-9a-f]{16}[.][A-Za-z0-9_-]+$') NOT VALID;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_old_secret_sealed" CHECK ("webhook_endpoints"."old_secret" ~ '^sealed[.]1[.][0-9a-f]{16}[.][A-Za-z0-9_-]+$') NOT VALID;--> statement-breakpoint
ALTER TABLE "auto_top_ups" ADD CONSTRAINT "auto_top_ups_method_sealed" CHECK ("auto_top_ups"."method" ~ '^sealed[.]1[.][0-9a-f]{16}[.][A-Za-z0-9_-]+$') NOT VALID;