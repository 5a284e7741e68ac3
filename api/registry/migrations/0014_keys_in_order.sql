DROP INDEX "api_keys_operator";--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "ordinal" bigint NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "api_keys_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
CREATE INDEX "api_keys_operator_ordinal" ON "api_keys" USING btree ("operator_id","ordinal");