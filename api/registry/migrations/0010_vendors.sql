CREATE TABLE "instalment_plans" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "instalment_plans_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"order_id" uuid,
	"debt" text NOT NULL,
	"total_micros" bigint NOT NULL,
	"share_ppm" integer,
	"weekly_cap_micros" bigint,
	"instalments" integer,
	"instalment_micros" bigint,
	"every" text,
	"state" text NOT NULL,
	"ended_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "instalment_plans_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "instalment_plans_order" UNIQUE("order_id"),
	CONSTRAINT "instalment_plans_debt" CHECK ("instalment_plans"."debt" in ('payment_debt', 'time_debt_1', 'time_debt_2')),
	CONSTRAINT "instalment_plans_state" CHECK ("instalment_plans"."state" in ('pending', 'active', 'refused', 'replaced', 'written_off')),
	CONSTRAINT "instalment_plans_total" CHECK ("instalment_plans"."total_micros" > 0),
	CONSTRAINT "instalment_plans_terms" CHECK (case when "instalment_plans"."debt" = 'payment_debt' then "instalment_plans"."share_ppm" between 1 and 1000000 and num_nonnulls("instalment_plans"."instalments", "instalment_plans"."instalment_micros", "instalment_plans"."every") = 0 else "instalment_plans"."instalments" between 1 and 3660 and "instalment_plans"."instalment_micros" > 0 and "instalment_plans"."every" is not null and num_nonnulls("instalment_plans"."share_ppm", "instalment_plans"."weekly_cap_micros") = 0 end),
	CONSTRAINT "instalment_plans_every" CHECK ("instalment_plans"."every" in ('day', 'week', 'month'))
);
--> statement-breakpoint
CREATE TABLE "auto_top_ups" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "auto_top_ups_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"threshold_micros" bigint NOT NULL,
	"target_micros" bigint NOT NULL,
	"monthly_cap_micros" bigint NOT NULL,
	"currency" text NOT NULL,
	"method" text NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"fault" text,
	"key_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "auto_top_ups_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "auto_top_ups_state" CHECK ("auto_top_ups"."state" in ('active', 'stopped', 'ended')),
	CONSTRAINT "auto_top_ups_method" CHECK (length("auto_top_ups"."method") between 1 and 200),
	CONSTRAINT "auto_top_ups_currency" CHECK ("auto_top_ups"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "auto_top_ups_amounts" CHECK ("auto_top_ups"."target_micros" > "auto_top_ups"."threshold_micros" and "auto_top_ups"."monthly_cap_micros" > 0),
	CONSTRAINT "auto_top_ups_fault" CHECK (("auto_top_ups"."fault" is not null) = ("auto_top_ups"."state" = 'stopped'))
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "payments_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"rule_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"amount_micros" bigint NOT NULL,
	"currency" text NOT NULL,
	"state" text DEFAULT 'requested' NOT NULL,
	"provider_reference" text,
	"vend_id" text,
	"fault" text,
	"requested_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payments_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "payments_state" CHECK ("payments"."state" in ('requested', 'paid', 'credited', 'failed', 'refund_due')),
	CONSTRAINT "payments_amount" CHECK ("payments"."amount_micros" > 0),
	CONSTRAINT "payments_currency" CHECK ("payments"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "payments_fault" CHECK (length("payments"."fault") <= 500),
	CONSTRAINT "payments_ended" CHECK (("payments"."ended_at" is not null) = ("payments"."state" in ('credited', 'failed', 'refund_due'))),
	CONSTRAINT "payments_credited" CHECK ("payments"."state" <> 'credited' or "payments"."vend_id" is not null)
);
--> statement-breakpoint
CREATE TABLE "payment_statements" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "payment_statements_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"source" text NOT NULL,
	"reference" text NOT NULL,
	"currency" text NOT NULL,
	"body_hash" text NOT NULL,
	"key_id" uuid NOT NULL,
	"imported_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payment_statements_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "payment_statements_reference" UNIQUE("operator_id","source","reference"),
	CONSTRAINT "payment_statements_operator" UNIQUE("id","operator_id"),
	CONSTRAINT "payment_statements_source" CHECK (length("payment_statements"."source") between 1 and 64),
	CONSTRAINT "payment_statements_reference_form" CHECK (length("payment_statements"."reference") between 1 and 64),
	CONSTRAINT "payment_statements_currency" CHECK ("payment_statements"."currency" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
CREATE TABLE "statement_lines" (
	"statement_id" uuid NOT NULL,
	"operator_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"amount_micros" bigint NOT NULL,
	"reference" text NOT NULL,
	"state" text NOT NULL,
	"vend_id" text,
	"movement_id" bigint,
	"payment_id" uuid,
	CONSTRAINT "statement_lines_statement_id_line_pk" PRIMARY KEY("statement_id","line"),
	CONSTRAINT "statement_lines_state" CHECK ("statement_lines"."state" in ('matched', 'amount_differs', 'unmatched')),
	CONSTRAINT "statement_lines_line" CHECK ("statement_lines"."line" >= 1),
	CONSTRAINT "statement_lines_reference_form" CHECK (length("statement_lines"."reference") between 1 and 64),
	CONSTRAINT "statement_lines_matched" CHECK (case when "statement_lines"."state" = 'matched' then num_nonnulls("statement_lines"."vend_id", "statement_lines"."movement_id", "statement_lines"."payment_id") = 1 when "statement_lines"."state" = 'unmatched' then num_nonnulls("statement_lines"."vend_id", "statement_lines"."movement_id", "statement_lines"."payment_id") = 0 else true end)
);
--> statement-breakpoint
CREATE TABLE "vendor_movements" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "vendor_movements_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"vendor_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"amount_micros" bigint NOT NULL,
	"commission_micros" bigint DEFAULT 0 NOT NULL,
	"balance_micros" bigint NOT NULL,
	"vend_id" text,
	"tender" text,
	"reference" text,
	"shift_id" uuid,
	"idempotency_key" text,
	"body_hash" text,
	"reason" text,
	"key_id" uuid,
	"at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "vendor_movements_vend" UNIQUE("operator_id","vend_id","kind"),
	CONSTRAINT "vendor_movements_idempotency" UNIQUE("operator_id","idempotency_key"),
	CONSTRAINT "vendor_movements_kind" CHECK ("vendor_movements"."kind" in ('sale', 'reversal', 'deposit', 'payout', 'correction', 'commission')),
	CONSTRAINT "vendor_movements_sign" CHECK (case when "vendor_movements"."kind" in ('sale', 'payout') then "vendor_movements"."amount_micros" < 0 when "vendor_movements"."kind" = 'correction' then "vendor_movements"."amount_micros" <> 0 else "vendor_movements"."amount_micros" > 0 end),
	CONSTRAINT "vendor_movements_of_vend" CHECK (("vendor_movements"."vend_id" is not null) = ("vendor_movements"."kind" in ('sale', 'reversal'))),
	CONSTRAINT "vendor_movements_commission" CHECK (case when "vendor_movements"."kind" = 'sale' then "vendor_movements"."commission_micros" >= 0 when "vendor_movements"."kind" = 'reversal' then "vendor_movements"."commission_micros" <= 0 else "vendor_movements"."commission_micros" = 0 end)
);
--> statement-breakpoint
CREATE TABLE "settlements" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "settlements_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"vendor_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"from_at" timestamp with time zone NOT NULL,
	"to_at" timestamp with time zone NOT NULL,
	"after_movement" bigint NOT NULL,
	"through_movement" bigint NOT NULL,
	"opening_micros" bigint NOT NULL,
	"sales" integer NOT NULL,
	"sales_micros" bigint NOT NULL,
	"reversals" integer NOT NULL,
	"reversals_micros" bigint NOT NULL,
	"deposits_micros" bigint NOT NULL,
	"payouts_micros" bigint NOT NULL,
	"corrections_micros" bigint NOT NULL,
	"commission_micros" bigint NOT NULL,
	"closing_micros" bigint NOT NULL,
	"idempotency_key" text NOT NULL,
	"body_hash" text NOT NULL,
	"key_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "settlements_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "settlements_number" UNIQUE("vendor_id","number"),
	CONSTRAINT "settlements_after" UNIQUE("vendor_id","after_movement"),
	CONSTRAINT "settlements_idempotency" UNIQUE("operator_id","idempotency_key"),
	CONSTRAINT "settlements_number_from_1" CHECK ("settlements"."number" >= 1),
	CONSTRAINT "settlements_span" CHECK ("settlements"."through_movement" >= "settlements"."after_movement"),
	CONSTRAINT "settlements_sum" CHECK ("settlements"."closing_micros" = "settlements"."opening_micros" - "settlements"."sales_micros" + "settlements"."reversals_micros" + "settlements"."deposits_micros" - "settlements"."payouts_micros" + "settlements"."corrections_micros" + "settlements"."commission_micros")
);
--> statement-breakpoint
CREATE TABLE "terminals" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "terminals_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"vendor_id" uuid NOT NULL,
	"name" text NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "terminals_vendor_name" UNIQUE("vendor_id","name"),
	CONSTRAINT "terminals_vendor" UNIQUE("id","vendor_id"),
	CONSTRAINT "terminals_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "terminals_name" CHECK (length("terminals"."name") between 1 and 64),
	CONSTRAINT "terminals_state" CHECK ("terminals"."state" in ('open', 'closed'))
);
--> statement-breakpoint
CREATE TABLE "vendor_commissions" (
	"vendor_id" uuid NOT NULL,
	"service" text NOT NULL,
	"ppm" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "vendor_commissions_vendor_id_service_pk" PRIMARY KEY("vendor_id","service"),
	CONSTRAINT "vendor_commissions_service" CHECK ("vendor_commissions"."service" in ('electricity', 'heating', 'cooling', 'water', 'gas', 'parking', 'facility', 'fee')),
	CONSTRAINT "vendor_commissions_ppm" CHECK ("vendor_commissions"."ppm" between 0 and 1000000)
);
--> statement-breakpoint
CREATE TABLE "vendor_keys" (
	"key_id" uuid PRIMARY KEY NOT NULL,
	"operator_id" uuid NOT NULL,
	"vendor_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "vendor_shifts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "vendor_shifts_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"vendor_id" uuid NOT NULL,
	"terminal_id" uuid NOT NULL,
	"cashier" text NOT NULL,
	"opened_by" uuid NOT NULL,
	"opening_cash_micros" bigint NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"closed_by" uuid,
	"closed_at" timestamp with time zone,
	"counted_cash_micros" bigint,
	"expected_cash_micros" bigint,
	"tenders" jsonb,
	"note" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "vendor_shifts_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "vendor_shifts_vendor" UNIQUE("id","vendor_id"),
	CONSTRAINT "vendor_shifts_cashier" CHECK (length("vendor_shifts"."cashier") between 1 and 200),
	CONSTRAINT "vendor_shifts_cash" CHECK ("vendor_shifts"."opening_cash_micros" >= 0 and "vendor_shifts"."counted_cash_micros" >= 0),
	CONSTRAINT "vendor_shifts_note" CHECK (length("vendor_shifts"."note") <= 500),
	CONSTRAINT "vendor_shifts_closed" CHECK (num_nulls("vendor_shifts"."closed_at", "vendor_shifts"."closed_by", "vendor_shifts"."counted_cash_micros", "vendor_shifts"."expected_cash_micros", "vendor_shifts"."tenders") in (0, 5))
);
--> statement-breakpoint
CREATE TABLE "vendors" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "vendors_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"name" text NOT NULL,
	"currency" text NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"limit_micros" bigint,
	"float_micros" bigint DEFAULT 0 NOT NULL,
	"reserved_micros" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "vendors_operator_name" UNIQUE("operator_id","name"),
	CONSTRAINT "vendors_operator" UNIQUE("id","operator_id"),
	CONSTRAINT "vendors_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "vendors_name" CHECK (length("vendors"."name") between 1 and 200),
	CONSTRAINT "vendors_currency" CHECK ("vendors"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "vendors_state" CHECK ("vendors"."state" in ('active', 'suspended')),
	CONSTRAINT "vendors_reserved" CHECK ("vendors"."reserved_micros" >= 0),
	CONSTRAINT "vendors_limit" CHECK ("vendors"."limit_micros" >= 0)
);
--> statement-breakpoint
ALTER TABLE "vends" ADD COLUMN "vendor_id" uuid;--> statement-breakpoint
ALTER TABLE "vends" ADD COLUMN "shift_id" uuid;--> statement-breakpoint
ALTER TABLE "vends" ADD COLUMN "commission_micros" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "vends" ADD COLUMN "copies" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "instalment_plans" ADD CONSTRAINT "instalment_plans_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "instalment_plans" ADD CONSTRAINT "instalment_plans_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "instalment_plans" ADD CONSTRAINT "instalment_plans_order_id_account_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."account_orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auto_top_ups" ADD CONSTRAINT "auto_top_ups_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auto_top_ups" ADD CONSTRAINT "auto_top_ups_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auto_top_ups" ADD CONSTRAINT "auto_top_ups_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_rule_id_auto_top_ups_id_fk" FOREIGN KEY ("rule_id") REFERENCES "public"."auto_top_ups"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_operator_id_vend_id_vends_operator_id_vend_id_fk" FOREIGN KEY ("operator_id","vend_id") REFERENCES "public"."vends"("operator_id","vend_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_statements" ADD CONSTRAINT "payment_statements_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_statements" ADD CONSTRAINT "payment_statements_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "statement_lines" ADD CONSTRAINT "statement_lines_movement_id_vendor_movements_id_fk" FOREIGN KEY ("movement_id") REFERENCES "public"."vendor_movements"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "statement_lines" ADD CONSTRAINT "statement_lines_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "statement_lines" ADD CONSTRAINT "statement_lines_statement_id_operator_id_payment_statements_id_operator_id_fk" FOREIGN KEY ("statement_id","operator_id") REFERENCES "public"."payment_statements"("id","operator_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "statement_lines" ADD CONSTRAINT "statement_lines_operator_id_vend_id_vends_operator_id_vend_id_fk" FOREIGN KEY ("operator_id","vend_id") REFERENCES "public"."vends"("operator_id","vend_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_movements" ADD CONSTRAINT "vendor_movements_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_movements" ADD CONSTRAINT "vendor_movements_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_movements" ADD CONSTRAINT "vendor_movements_vendor_id_operator_id_vendors_id_operator_id_fk" FOREIGN KEY ("vendor_id","operator_id") REFERENCES "public"."vendors"("id","operator_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_movements" ADD CONSTRAINT "vendor_movements_operator_id_vend_id_vends_operator_id_vend_id_fk" FOREIGN KEY ("operator_id","vend_id") REFERENCES "public"."vends"("operator_id","vend_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_movements" ADD CONSTRAINT "vendor_movements_shift_id_vendor_id_vendor_shifts_id_vendor_id_fk" FOREIGN KEY ("shift_id","vendor_id") REFERENCES "public"."vendor_shifts"("id","vendor_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "settlements" ADD CONSTRAINT "settlements_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "settlements" ADD CONSTRAINT "settlements_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "settlements" ADD CONSTRAINT "settlements_vendor_id_operator_id_vendors_id_operator_id_fk" FOREIGN KEY ("vendor_id","operator_id") REFERENCES "public"."vendors"("id","operator_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "terminals" ADD CONSTRAINT "terminals_vendor_id_operator_id_vendors_id_operator_id_fk" FOREIGN KEY ("vendor_id","operator_id") REFERENCES "public"."vendors"("id","operator_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_commissions" ADD CONSTRAINT "vendor_commissions_vendor_id_vendors_id_fk" FOREIGN KEY ("vendor_id") REFERENCES "public"."vendors"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_keys" ADD CONSTRAINT "vendor_keys_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_keys" ADD CONSTRAINT "vendor_keys_vendor_id_operator_id_vendors_id_operator_id_fk" FOREIGN KEY ("vendor_id","operator_id") REFERENCES "public"."vendors"("id","operator_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_shifts" ADD CONSTRAINT "vendor_shifts_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_shifts" ADD CONSTRAINT "vendor_shifts_opened_by_api_keys_id_fk" FOREIGN KEY ("opened_by") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_shifts" ADD CONSTRAINT "vendor_shifts_closed_by_api_keys_id_fk" FOREIGN KEY ("closed_by") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_shifts" ADD CONSTRAINT "vendor_shifts_terminal_id_vendor_id_terminals_id_vendor_id_fk" FOREIGN KEY ("terminal_id","vendor_id") REFERENCES "public"."terminals"("id","vendor_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendors" ADD CONSTRAINT "vendors_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "instalment_plans_one" ON "instalment_plans" USING btree ("account_id","debt") WHERE state = 'active';--> statement-breakpoint
CREATE INDEX "instalment_plans_operator" ON "instalment_plans" USING btree ("operator_id","ordinal");--> statement-breakpoint
CREATE UNIQUE INDEX "auto_top_ups_one" ON "auto_top_ups" USING btree ("account_id") WHERE state <> 'ended';--> statement-breakpoint
CREATE INDEX "auto_top_ups_active" ON "auto_top_ups" USING btree ("ordinal") WHERE state = 'active';--> statement-breakpoint
CREATE UNIQUE INDEX "payments_one_in_flight" ON "payments" USING btree ("rule_id") WHERE state in ('requested', 'paid');--> statement-breakpoint
CREATE INDEX "payments_open" ON "payments" USING btree ("ordinal") WHERE state in ('requested', 'paid');--> statement-breakpoint
CREATE INDEX "payments_rule" ON "payments" USING btree ("rule_id","requested_at");--> statement-breakpoint
CREATE INDEX "payments_provider" ON "payments" USING btree ("operator_id","provider_reference");--> statement-breakpoint
CREATE UNIQUE INDEX "statement_lines_vend" ON "statement_lines" USING btree ("operator_id","vend_id") WHERE state = 'matched';--> statement-breakpoint
CREATE UNIQUE INDEX "statement_lines_movement" ON "statement_lines" USING btree ("movement_id") WHERE state = 'matched';--> statement-breakpoint
CREATE UNIQUE INDEX "statement_lines_payment" ON "statement_lines" USING btree ("payment_id") WHERE state = 'matched';--> statement-breakpoint
CREATE INDEX "statement_lines_reference" ON "statement_lines" USING btree ("operator_id","reference");--> statement-breakpoint
CREATE INDEX "vendor_movements_vendor" ON "vendor_movements" USING btree ("vendor_id","id");--> statement-breakpoint
CREATE INDEX "vendor_movements_shift" ON "vendor_movements" USING btree ("shift_id");--> statement-breakpoint
CREATE INDEX "vendor_movements_reference" ON "vendor_movements" USING btree ("operator_id","reference");--> statement-breakpoint
CREATE INDEX "vendor_keys_vendor" ON "vendor_keys" USING btree ("vendor_id");--> statement-breakpoint
CREATE UNIQUE INDEX "vendor_shifts_one_open" ON "vendor_shifts" USING btree ("terminal_id") WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX "vendor_shifts_of_vendor" ON "vendor_shifts" USING btree ("vendor_id","ordinal");--> statement-breakpoint
ALTER TABLE "vends" ADD CONSTRAINT "vends_vendor_id_operator_id_vendors_id_operator_id_fk" FOREIGN KEY ("vendor_id","operator_id") REFERENCES "public"."vendors"("id","operator_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vends" ADD CONSTRAINT "vends_shift_id_vendor_id_vendor_shifts_id_vendor_id_fk" FOREIGN KEY ("shift_id","vendor_id") REFERENCES "public"."vendor_shifts"("id","vendor_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "vends_voucher" ON "vends" USING btree ("operator_id",(tender->>'reference')) WHERE tender->>'type' = 'voucher' and state <> 'refused';--> statement-breakpoint
CREATE INDEX "vends_reference" ON "vends" USING btree ("operator_id",(tender->>'reference'));--> statement-breakpoint
CREATE INDEX "vends_shift" ON "vends" USING btree ("shift_id") WHERE state = 'pending';--> statement-breakpoint
ALTER TABLE "vends" ADD CONSTRAINT "vends_commission" CHECK ("vends"."commission_micros" between 0 and "vends"."amount_micros");--> statement-breakpoint
ALTER TABLE "vends" ADD CONSTRAINT "vends_copies" CHECK ("vends"."copies" >= 0);