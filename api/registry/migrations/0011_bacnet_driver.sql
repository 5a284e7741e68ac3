ALTER TABLE "meters" DROP CONSTRAINT "meters_driver";--> statement-breakpoint
ALTER TABLE "meters" ADD CONSTRAINT "meters_driver" CHECK ("meters"."driver" in ('modbus', 'mbus', 'bacnet'));