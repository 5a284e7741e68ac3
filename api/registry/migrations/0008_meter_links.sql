ALTER TABLE "meters" DROP CONSTRAINT "meters_host";--> statement-breakpoint
ALTER TABLE "meters" DROP CONSTRAINT "meters_port";--> statement-breakpoint
ALTER TABLE "meters" ADD COLUMN "link" jsonb;--> statement-breakpoint
UPDATE "meters" SET "link" = jsonb_build_object('host', "host", 'port', "port");--> statement-breakpoint
ALTER TABLE "meters" ALTER COLUMN "link" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "meters" ADD COLUMN "key" text;--> statement-breakpoint
ALTER TABLE "meters" DROP COLUMN "host";--> statement-breakpoint
ALTER TABLE "meters" DROP COLUMN "port";--> statement-breakpoint
ALTER TABLE "meters" ADD CONSTRAINT "meters_link" CHECK (num_nonnulls("meters"."link"->'host', "meters"."link"->'serial', "meters"."link"->'caller') = 1);--> statement-breakpoint
ALTER TABLE "meters" ADD CONSTRAINT "meters_key" CHECK ("meters"."key" ~ '^[0-9A-F]{32}$');