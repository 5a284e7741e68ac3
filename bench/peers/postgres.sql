-- One statement a batch: readings come as three arrays, are judged, charged and kept in one set-based update.
-- $1 accounts, $2 registers, $3 times. Products fit a bigint: used × picos stays far under 2^63 here.
UPDATE accounts AS a
SET register = r.register,
    read_s = r.at_s,
    balance = a.balance - ((r.register - a.register) * 241200000 + a.carry) / 1000000,
    carry = ((r.register - a.register) * 241200000 + a.carry) % 1000000
FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS r (account, register, at_s)
WHERE a.account = r.account
  AND r.at_s > a.read_s
  AND r.register >= a.register
