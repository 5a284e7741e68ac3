-- One call: all readings of one meter's profile, judged and charged in one step, as users of Redis count quotas down.
-- KEYS[1] the account; ARGV[1] time of the first reading, ARGV[2] seconds between two, then the registers.
-- Numbers are doubles: exact up to 2^53, which these balances, registers and products stay under.
local PRICE_MICROS, PRICE_REST, A_MICRO = 241, 200000, 1000000
local state = redis.call('HMGET', KEYS[1], 'r', 't', 'b', 'c')
local register, at = tonumber(state[1]), tonumber(state[2])
local balance, carry = tonumber(state[3]), tonumber(state[4])
local accepted = 0
local time, interval = tonumber(ARGV[1]), tonumber(ARGV[2])
for i = 3, #ARGV do
  local now = tonumber(ARGV[i])
  local used = now - register
  if time > at and used >= 0 then
    local low = used * PRICE_REST + carry
    local whole = math.floor(low / A_MICRO)
    balance = balance - used * PRICE_MICROS - whole
    carry = low - whole * A_MICRO
    register, at = now, time
    accepted = accepted + 1
  end
  time = time + interval
end
redis.call('HSET', KEYS[1], 'r', string.format('%.0f', register), 't', string.format('%.0f', at),
  'b', string.format('%.0f', balance), 'c', string.format('%.0f', carry))
return accepted
