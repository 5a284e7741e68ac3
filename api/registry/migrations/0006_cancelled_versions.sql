ALTER TABLE "price_list_versions" DROP CONSTRAINT "price_list_versions_begin";--> statement-breakpoint
ALTER TABLE "price_list_versions" ADD COLUMN "cancelled_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "assignments_general" ON "assignments" USING btree ("operator_id") WHERE level = 'operator';--> statement-breakpoint
CREATE INDEX "assignments_account" ON "assignments" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "assignments_unit" ON "assignments" USING btree ("unit_id");--> statement-breakpoint
CREATE INDEX "assignments_unit_set" ON "assignments" USING btree ("unit_set_id");--> statement-breakpoint
CREATE INDEX "assignments_customer" ON "assignments" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "assignments_customer_group" ON "assignments" USING btree ("customer_group_id");--> statement-breakpoint
CREATE INDEX "assignments_tariff_class" ON "assignments" USING btree ("tariff_class_id");--> statement-breakpoint
CREATE INDEX "assignments_site" ON "assignments" USING btree ("site_id");--> statement-breakpoint
CREATE UNIQUE INDEX "price_list_versions_one_begin" ON "price_list_versions" USING btree ("price_list_id","effective_from") WHERE cancelled_at is null;--> statement-breakpoint
ALTER TABLE "price_list_versions" ADD CONSTRAINT "price_list_versions_cancelled" CHECK ("price_list_versions"."cancelled_at" < "price_list_versions"."effective_from");