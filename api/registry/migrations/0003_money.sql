CREATE TABLE "credit_transfers" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "credit_transfers_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"site_id" uuid NOT NULL,
	"from_account_id" uuid NOT NULL,
	"to_account_id" uuid NOT NULL,
	"amount" bigint NOT NULL,
	"convert" boolean NOT NULL,
	"idempotency_key" text NOT NULL,
	"body_hash" text NOT NULL,
	"reason" text NOT NULL,
	"key_id" uuid NOT NULL,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	"decision_reason" text,
	"state" text NOT NULL,
	"reserve_number" bigint,
	"post_number" bigint,
	"release_number" bigint,
	"fault" text,
	"requested_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "credit_transfers_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "credit_transfers_idempotency" UNIQUE("operator_id","idempotency_key"),
	CONSTRAINT "credit_transfers_reserve" UNIQUE("from_account_id","reserve_number"),
	CONSTRAINT "credit_transfers_post" UNIQUE("from_account_id","post_number"),
	CONSTRAINT "credit_transfers_release" UNIQUE("from_account_id","release_number"),
	CONSTRAINT "credit_transfers_two" CHECK ("credit_transfers"."from_account_id" <> "credit_transfers"."to_account_id"),
	CONSTRAINT "credit_transfers_amount" CHECK ("credit_transfers"."amount" > 0),
	CONSTRAINT "credit_transfers_state" CHECK ("credit_transfers"."state" in ('reserving', 'awaiting_approval', 'posting', 'posted', 'releasing', 'rejected', 'refused')),
	CONSTRAINT "credit_transfers_two_people" CHECK ("credit_transfers"."decided_by" <> "credit_transfers"."key_id"),
	CONSTRAINT "credit_transfers_reason" CHECK (length("credit_transfers"."reason") <= 500),
	CONSTRAINT "credit_transfers_key_form" CHECK (length("credit_transfers"."idempotency_key") between 1 and 64),
	CONSTRAINT "credit_transfers_begun" CHECK ("credit_transfers"."reserve_number" is not null or "credit_transfers"."post_number" is not null),
	CONSTRAINT "credit_transfers_ended" CHECK (("credit_transfers"."ended_at" is not null) = ("credit_transfers"."state" in ('posted', 'rejected', 'refused')))
);
--> statement-breakpoint
ALTER TABLE "account_orders" ALTER COLUMN "note" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "holds" text DEFAULT 'money' NOT NULL;--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "adjustment_limit_micros" bigint DEFAULT 100000000 NOT NULL;--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "transfer_limit_micros" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "reversal_window_s" integer DEFAULT 86400 NOT NULL;--> statement-breakpoint
ALTER TABLE "price_lists" ADD COLUMN "basis" text DEFAULT 'consumption' NOT NULL;--> statement-breakpoint
ALTER TABLE "credit_transfers" ADD CONSTRAINT "credit_transfers_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_transfers" ADD CONSTRAINT "credit_transfers_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_transfers" ADD CONSTRAINT "credit_transfers_from_account_id_accounts_id_fk" FOREIGN KEY ("from_account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_transfers" ADD CONSTRAINT "credit_transfers_to_account_id_accounts_id_fk" FOREIGN KEY ("to_account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_transfers" ADD CONSTRAINT "credit_transfers_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_transfers" ADD CONSTRAINT "credit_transfers_decided_by_api_keys_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "credit_transfers_operator" ON "credit_transfers" USING btree ("operator_id","ordinal");--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_holds" CHECK ("accounts"."holds" in ('money', 'quantity'));--> statement-breakpoint
ALTER TABLE "operators" ADD CONSTRAINT "operators_limits" CHECK ("operators"."adjustment_limit_micros" >= 0 and "operators"."transfer_limit_micros" >= 0 and "operators"."reversal_window_s" between 0 and 31536000);--> statement-breakpoint
ALTER TABLE "price_lists" ADD CONSTRAINT "price_lists_basis" CHECK ("price_lists"."basis" in ('consumption', 'purchase'));