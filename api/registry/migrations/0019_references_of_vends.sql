DROP INDEX "vends_reference";--> statement-breakpoint
ALTER TABLE "vends" ADD COLUMN "tender_reference" text GENERATED ALWAYS AS ((tender->>'reference')) STORED;--> statement-breakpoint
CREATE INDEX "vends_by_reference" ON "vends" USING btree ("operator_id","tender_reference");