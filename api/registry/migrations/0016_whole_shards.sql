-- What an operator's request must know of the whole shard, as a number: these run as the owner of the tables.
CREATE FUNCTION emptiest_shard() RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT s.shard FROM shards s LEFT JOIN sites t ON t.shard = s.shard GROUP BY s.shard ORDER BY count(t.id), s.shard LIMIT 1
$$;
--> statement-breakpoint
CREATE FUNCTION directory_size(of_shard integer, kind text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT CASE kind
    WHEN 'price_lists' THEN (SELECT count(*) FROM shard_price_lists d WHERE d.shard = of_shard)
    WHEN 'policies' THEN (SELECT count(*) FROM shard_policies d WHERE d.shard = of_shard)
    WHEN 'calendars' THEN (SELECT count(*) FROM shard_calendars d WHERE d.shard = of_shard)
  END
$$;
