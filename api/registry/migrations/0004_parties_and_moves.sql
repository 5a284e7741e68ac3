CREATE TABLE "assignments" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "assignments_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"price_list_id" uuid,
	"supply_policy_id" uuid,
	"service" text,
	"currency" text NOT NULL,
	"level" text NOT NULL,
	"account_id" uuid,
	"unit_id" uuid,
	"unit_set_id" uuid,
	"customer_id" uuid,
	"customer_group_id" uuid,
	"tariff_class_id" uuid,
	"site_id" uuid,
	"effective_from" timestamp with time zone NOT NULL,
	"ended_from" timestamp with time zone,
	"reason" text,
	"key_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "assignments_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "assignments_one_thing" CHECK (num_nonnulls("assignments"."price_list_id", "assignments"."supply_policy_id") = 1),
	CONSTRAINT "assignments_service" CHECK ("assignments"."service" in ('electricity', 'heating', 'cooling', 'water', 'gas', 'parking', 'facility', 'fee')),
	CONSTRAINT "assignments_list_service" CHECK ("assignments"."price_list_id" is null or "assignments"."service" is not null),
	CONSTRAINT "assignments_currency" CHECK ("assignments"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "assignments_level" CHECK ("assignments"."level" in ('account', 'unit', 'unit_set', 'customer', 'customer_group', 'tariff_class', 'site', 'operator')),
	CONSTRAINT "assignments_one_target" CHECK (num_nonnulls("assignments"."account_id", "assignments"."unit_id", "assignments"."unit_set_id", "assignments"."customer_id", "assignments"."customer_group_id", "assignments"."tariff_class_id", "assignments"."site_id") = case when "assignments"."level" = 'operator' then 0 else 1 end),
	CONSTRAINT "assignments_target_of_level" CHECK (case "assignments"."level" when 'account' then "assignments"."account_id" when 'unit' then "assignments"."unit_id" when 'unit_set' then "assignments"."unit_set_id" when 'customer' then "assignments"."customer_id" when 'customer_group' then "assignments"."customer_group_id" when 'tariff_class' then "assignments"."tariff_class_id" when 'site' then "assignments"."site_id" end is not null or "assignments"."level" = 'operator'),
	CONSTRAINT "assignments_whole_second" CHECK (extract(second from "assignments"."effective_from") % 1 = 0),
	CONSTRAINT "assignments_end" CHECK ("assignments"."ended_from" >= "assignments"."effective_from"),
	CONSTRAINT "assignments_reason" CHECK (length("assignments"."reason") <= 500)
);
--> statement-breakpoint
CREATE TABLE "quarantined_readings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "quarantined_readings_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"event_id" text NOT NULL,
	"verdict" text NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"register_atoms" bigint NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"order_id" uuid,
	"ended_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "quarantined_readings_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "quarantined_readings_event" UNIQUE("event_id"),
	CONSTRAINT "quarantined_readings_state" CHECK ("quarantined_readings"."state" in ('open', 'accepted', 'rejected', 'cleared')),
	CONSTRAINT "quarantined_readings_ended" CHECK (("quarantined_readings"."ended_at" is null) = ("quarantined_readings"."state" = 'open')),
	CONSTRAINT "quarantined_readings_by_order" CHECK (("quarantined_readings"."order_id" is not null) = ("quarantined_readings"."state" in ('accepted', 'rejected')))
);
--> statement-breakpoint
CREATE TABLE "settlement_counters" (
	"operator_id" uuid PRIMARY KEY NOT NULL,
	"last_number" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "settlement_counters_last_number" CHECK ("settlement_counters"."last_number" >= 0)
);
--> statement-breakpoint
CREATE TABLE "tenancy_settlements" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"operator_id" uuid NOT NULL,
	"number" bigint NOT NULL,
	"account_id" uuid NOT NULL,
	"agreement_id" uuid NOT NULL,
	"next_agreement_id" uuid,
	"order_id" uuid NOT NULL,
	"document" jsonb NOT NULL,
	"settled_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tenancy_settlements_number" UNIQUE("operator_id","number"),
	CONSTRAINT "tenancy_settlements_order" UNIQUE("order_id"),
	CONSTRAINT "tenancy_settlements_agreement" UNIQUE("agreement_id"),
	CONSTRAINT "tenancy_settlements_from_1" CHECK ("tenancy_settlements"."number" > 0)
);
--> statement-breakpoint
CREATE TABLE "agreements" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "agreements_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"usage_point_id" uuid NOT NULL,
	"role" text NOT NULL,
	"from_at" timestamp with time zone NOT NULL,
	"to_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "agreements_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "agreements_role" CHECK ("agreements"."role" in ('tenant', 'owner')),
	CONSTRAINT "agreements_time" CHECK ("agreements"."to_at" >= "agreements"."from_at")
);
--> statement-breakpoint
CREATE TABLE "customer_groups" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "customer_groups_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "customer_groups_operator_name" UNIQUE("operator_id","name"),
	CONSTRAINT "customer_groups_operator" UNIQUE("id","operator_id"),
	CONSTRAINT "customer_groups_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "customer_groups_name" CHECK (length("customer_groups"."name") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "tariff_classes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "tariff_classes_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tariff_classes_operator_name" UNIQUE("operator_id","name"),
	CONSTRAINT "tariff_classes_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "tariff_classes_name" CHECK (length("tariff_classes"."name") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "unit_set_members" (
	"unit_set_id" uuid NOT NULL,
	"unit_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "unit_set_members_unit_set_id_unit_id_pk" PRIMARY KEY("unit_set_id","unit_id")
);
--> statement-breakpoint
CREATE TABLE "unit_sets" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "unit_sets_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"operator_id" uuid NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "unit_sets_operator_name" UNIQUE("operator_id","name"),
	CONSTRAINT "unit_sets_ordinal" UNIQUE("ordinal"),
	CONSTRAINT "unit_sets_name" CHECK (length("unit_sets"."name") between 1 and 200)
);
--> statement-breakpoint
ALTER TABLE "customers" DROP CONSTRAINT "customers_operator_name";
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "customer_id" uuid;
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "opening_price_list_id" uuid;
--> statement-breakpoint
UPDATE "accounts" SET "opening_price_list_id" = "price_list_id";
--> statement-breakpoint
ALTER TABLE "accounts" ALTER COLUMN "opening_price_list_id" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "opening_policy_id" uuid;
--> statement-breakpoint
UPDATE "accounts" SET "opening_policy_id" = "policy_id";
--> statement-breakpoint
ALTER TABLE "accounts" ALTER COLUMN "opening_policy_id" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "next_price_list_id" uuid;
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "next_price_list_at" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "terms_due_at" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "reference" text;
--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "customer_group_id" uuid;
--> statement-breakpoint
ALTER TABLE "usage_points" ADD COLUMN "tariff_class_id" uuid;
--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_operator_reference" UNIQUE("operator_id","reference");
--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_operator" UNIQUE("id","operator_id");
--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_price_list_id_price_lists_id_fk" FOREIGN KEY ("price_list_id") REFERENCES "public"."price_lists"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_supply_policy_id_supply_policies_id_fk" FOREIGN KEY ("supply_policy_id") REFERENCES "public"."supply_policies"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_unit_id_units_id_fk" FOREIGN KEY ("unit_id") REFERENCES "public"."units"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_unit_set_id_unit_sets_id_fk" FOREIGN KEY ("unit_set_id") REFERENCES "public"."unit_sets"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_tariff_class_id_tariff_classes_id_fk" FOREIGN KEY ("tariff_class_id") REFERENCES "public"."tariff_classes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_customer_id_operator_id_customers_id_operator_id_fk" FOREIGN KEY ("customer_id","operator_id") REFERENCES "public"."customers"("id","operator_id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_customer_group_id_operator_id_customer_groups_id_operator_id_fk" FOREIGN KEY ("customer_group_id","operator_id") REFERENCES "public"."customer_groups"("id","operator_id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "quarantined_readings" ADD CONSTRAINT "quarantined_readings_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "quarantined_readings" ADD CONSTRAINT "quarantined_readings_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "quarantined_readings" ADD CONSTRAINT "quarantined_readings_order_id_account_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."account_orders"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "settlement_counters" ADD CONSTRAINT "settlement_counters_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "tenancy_settlements" ADD CONSTRAINT "tenancy_settlements_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "tenancy_settlements" ADD CONSTRAINT "tenancy_settlements_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "tenancy_settlements" ADD CONSTRAINT "tenancy_settlements_agreement_id_agreements_id_fk" FOREIGN KEY ("agreement_id") REFERENCES "public"."agreements"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "tenancy_settlements" ADD CONSTRAINT "tenancy_settlements_next_agreement_id_agreements_id_fk" FOREIGN KEY ("next_agreement_id") REFERENCES "public"."agreements"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "tenancy_settlements" ADD CONSTRAINT "tenancy_settlements_order_id_account_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."account_orders"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "agreements" ADD CONSTRAINT "agreements_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "agreements" ADD CONSTRAINT "agreements_usage_point_id_usage_points_id_fk" FOREIGN KEY ("usage_point_id") REFERENCES "public"."usage_points"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "agreements" ADD CONSTRAINT "agreements_customer_id_operator_id_customers_id_operator_id_fk" FOREIGN KEY ("customer_id","operator_id") REFERENCES "public"."customers"("id","operator_id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "customer_groups" ADD CONSTRAINT "customer_groups_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "tariff_classes" ADD CONSTRAINT "tariff_classes_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "unit_set_members" ADD CONSTRAINT "unit_set_members_unit_set_id_unit_sets_id_fk" FOREIGN KEY ("unit_set_id") REFERENCES "public"."unit_sets"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "unit_set_members" ADD CONSTRAINT "unit_set_members_unit_id_units_id_fk" FOREIGN KEY ("unit_id") REFERENCES "public"."units"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "unit_sets" ADD CONSTRAINT "unit_sets_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_customer_id_operator_id_customers_id_operator_id_fk" FOREIGN KEY ("customer_id","operator_id") REFERENCES "public"."customers"("id","operator_id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_opening_price_list_id_price_lists_id_fk" FOREIGN KEY ("opening_price_list_id") REFERENCES "public"."price_lists"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_opening_policy_id_supply_policies_id_fk" FOREIGN KEY ("opening_policy_id") REFERENCES "public"."supply_policies"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_next_price_list_id_price_lists_id_fk" FOREIGN KEY ("next_price_list_id") REFERENCES "public"."price_lists"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_customer_group_id_operator_id_customer_groups_id_operator_id_fk" FOREIGN KEY ("customer_group_id","operator_id") REFERENCES "public"."customer_groups"("id","operator_id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "usage_points" ADD CONSTRAINT "usage_points_tariff_class_id_tariff_classes_id_fk" FOREIGN KEY ("tariff_class_id") REFERENCES "public"."tariff_classes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "assignments_operator" ON "assignments" USING btree ("operator_id","ordinal");
--> statement-breakpoint
CREATE INDEX "quarantined_readings_operator" ON "quarantined_readings" USING btree ("operator_id","ordinal");
--> statement-breakpoint
CREATE INDEX "quarantined_readings_open" ON "quarantined_readings" USING btree ("account_id") WHERE state = 'open';
--> statement-breakpoint
CREATE UNIQUE INDEX "agreements_one_open" ON "agreements" USING btree ("usage_point_id") WHERE to_at is null;
--> statement-breakpoint
CREATE INDEX "agreements_customer" ON "agreements" USING btree ("customer_id");
--> statement-breakpoint
CREATE INDEX "unit_set_members_unit" ON "unit_set_members" USING btree ("unit_id");
--> statement-breakpoint
CREATE INDEX "accounts_terms_due" ON "accounts" USING btree ("terms_due_at") WHERE terms_due_at is not null;
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_of_customer" CHECK ("api_keys"."customer_id" is null or "api_keys"."role" = 'customer');
--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_next_price_list" CHECK (("accounts"."next_price_list_id" is null) = ("accounts"."next_price_list_at" is null));
--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_reference" CHECK (length("customers"."reference") between 1 and 64);
