ALTER TABLE "usage_points" DROP CONSTRAINT "usage_points_customer_id_customers_id_fk";
--> statement-breakpoint
ALTER TABLE "usage_points" DROP COLUMN "customer_id";