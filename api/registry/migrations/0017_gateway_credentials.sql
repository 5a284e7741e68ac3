CREATE TABLE "gateway_credentials" (
	"public_key" text PRIMARY KEY NOT NULL,
	"operator_id" uuid NOT NULL,
	"gateway" integer NOT NULL,
	"issued_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone,
	CONSTRAINT "gateway_credentials_public_key" CHECK ("gateway_credentials"."public_key" ~ '^U[A-Z2-7]{55}$')
);
--> statement-breakpoint
ALTER TABLE "gateway_credentials" ADD CONSTRAINT "gateway_credentials_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gateway_credentials" ADD CONSTRAINT "gateway_credentials_gateway_gateways_number_fk" FOREIGN KEY ("gateway") REFERENCES "public"."gateways"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "gateway_credentials_gateway" ON "gateway_credentials" USING btree ("gateway","issued_at");--> statement-breakpoint
CREATE INDEX "gateway_credentials_ended" ON "gateway_credentials" USING btree ("ends_at") WHERE ends_at is not null;