ALTER TABLE "supply_commands" DROP CONSTRAINT "supply_commands_action";--> statement-breakpoint
ALTER TABLE "supply_commands" DROP CONSTRAINT "supply_commands_cause";--> statement-breakpoint
ALTER TABLE "supply_commands" ADD CONSTRAINT "supply_commands_action" CHECK ("supply_commands"."action" in ('cut', 'restore', 'limit', 'arm'));--> statement-breakpoint
ALTER TABLE "supply_commands" ADD CONSTRAINT "supply_commands_cause" CHECK ("supply_commands"."cause" in ('automatic', 'manual', 'load_limit'));